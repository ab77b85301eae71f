// Plots from vector tiles, painted class by class.
//
// L.VectorGrid makes a layer of every plot and fetches all tiles again when their style changes.
// Here a tile is a canvas with one path for each class, and keeps what it has read: a new set of
// classes repaints it in place.

// One plot's outline. Chromium takes ever longer for each line that is drawn onto a long path, and no
// time at all to put a short path behind it: a town of 40 000 plots is painted in a tenth of the time.
const shape = (plot, scale) => {
  const path = new Path2D();
  for (const ring of plot.geometry) {
    path.moveTo(ring[0].x * scale, ring[0].y * scale);
    for (let i = 1; i < ring.length; i += 1) { path.lineTo(ring[i].x * scale, ring[i].y * scale); }
    path.closePath();
  }
  return path;
};

const PlotTiles = L.VectorGrid.Protobuf.extend({
  // `styles`: letter → Leaflet path options, in the order of painting; `closeZoom`: from here
  // plots have borders. `classes` is one letter a plot, by the plot's row number.
  initialize(url, options) {
    L.VectorGrid.Protobuf.prototype.initialize.call(this, url, options);
    this._painted = new Promise((resolve) => { this._colourKnown = resolve; });
  },

  // `first`: the `url` and `zoom` of the one level that is there, and a file that is there when
  // `whole`, all of them, are. What is painted by then stays until the reader zooms.
  startWith({ url, zoom, whole }) {
    if (!this._all) {
      this._all = { url: this._url, closest: this.options.maxNativeZoom, there: false };
      this._url = url;
      this.options.minNativeZoom = this.options.maxNativeZoom = zoom;
    }
    if (this._looking) { return; }
    this._looking = true;
    // Ever more rarely, and after some minutes no more, until the page is run again: who cuts them
    // may have failed.
    const look = (wait) => !this._all.there && fetch(whole, { method: "HEAD", cache: "no-store" })
      .then((answer) => answer.ok).catch(() => false).then((there) => {
        if (there) { this.allThere(); }
        else if (wait < 60_000) { setTimeout(look, wait, 1.3 * wait); }
        else { this._looking = false; }
      });
    look(1500);
  },

  // Go on from the first level to all of them.
  allThere() {
    const all = this._all;
    if (!all || all.there) { return; }
    all.there = true;
    const zoom = this.options.maxNativeZoom;
    this._url = all.url;
    this.options.minNativeZoom = undefined;
    this.options.maxNativeZoom = all.closest;
    this.fire("whole");
    if (this._map && this._map.getZoom() !== zoom) { this.redraw(); }
  },

  createTile(coords, done) {
    const size = this.getTileSize();
    const sharpness = window.devicePixelRatio || 1;
    const tile = L.DomUtil.create("canvas", "leaflet-tile");
    tile.width = size.x * sharpness;
    tile.height = size.y * sharpness;
    // Read and wait at once: tiles and classes travel side by side.
    Promise.all([this._getVectorTilePromise(coords), this._painted]).then(([read]) => {
      tile.plots = read.layers.plots;
      this._paint(tile, coords.z);
      done(null, tile);
    }).catch((error) => done(error, tile));
    return tile;
  },

  // Row number of the plot at a place on the map; null where there is none.
  at(place) {
    const z = this._tileZoom;
    const { x, y } = this._map.project(place, z).unscaleBy(this.getTileSize());
    const tile = this._tiles[this._tileCoordsToKey({ x: Math.floor(x), y: Math.floor(y), z })];
    const plots = tile?.el.plots;
    if (!plots) { return null; }
    const [across, down] = [x, y].map((one) => (one - Math.floor(one)) * plots.extent);
    const within = (plot) => {
      let inside = false;  // a hole turns it back
      for (const ring of plot.geometry) {
        for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
          const [a, b] = [ring[i], ring[j]];
          if ((a.y > down) !== (b.y > down)
            && across < (b.x - a.x) * (down - a.y) / (b.y - a.y) + a.x) { inside = !inside; }
        }
      }
      return inside;
    };
    return plots.features.find(within)?.properties.n ?? null;
  },

  colour(classes) {
    this.classes = classes;
    this._colourKnown();
    for (const { el, coords } of Object.values(this._tiles)) { this._paint(el, coords.z); }
  },

  // No colours are better than those of other figures.
  bare() {
    this.classes = null;
    this.remove();
  },

  _paint(tile, zoom) {
    // Nothing there, or not read yet: then it is painted on arrival.
    if (!tile.plots || !this.classes) { return; }
    tile.shapes ||= tile.plots.features.map((plot) => shape(plot, tile.width / tile.plots.extent));
    const paths = {};
    tile.plots.features.forEach((plot, row) => {
      const letter = this.classes[plot.properties.n];
      (paths[letter in this.options.styles ? letter : "-"] ||= new Path2D())
        .addPath(tile.shapes[row]);
    });
    const pen = tile.getContext("2d");
    pen.clearRect(0, 0, tile.width, tile.height);
    for (const [letter, style] of Object.entries(this.options.styles)) {
      if (paths[letter]) { this._draw(pen, paths[letter], style, zoom); }
    }
  },

  _draw(pen, path, style, zoom) {
    if (style.fill !== false) {
      pen.globalAlpha = style.fillOpacity;
      pen.fillStyle = style.fillColor;
      pen.fill(path);
    }
    if (zoom >= this.options.closeZoom) {
      pen.globalAlpha = style.opacity ?? 1;
      pen.lineWidth = style.weight * (window.devicePixelRatio || 1);
      pen.strokeStyle = style.color;
      pen.stroke(path);
    }
  },
});

// Says a plot's number and class beside the pointer. `words`: letter of a class → what it is called;
// `title` has {parcel} in it. The numbers are asked for with the first plot that is pointed at.
const namePlots = (map, tiles, { names, title, words }) => {
  const said = document.createElement("div");
  const tip = L.tooltip({ direction: "right", offset: [12, 0] });
  let shown = null, numbers = null, asked = false;
  const tell = (plot) => {
    const parcel = numbers?.[plot];
    said.replaceChildren();
    if (parcel) {
      const name = document.createElement("b");
      name.textContent = title.replace("{parcel}", () => parcel);
      said.append(name, document.createElement("br"));
    }
    said.append(words[tiles.classes[plot]] ?? "");
    tip.setContent(said);
  };
  const hide = () => {
    shown = null;
    map.closeTooltip(tip);
  };
  map.on("mousemove", (event) => {
    const plot = tiles.classes && map.hasLayer(tiles) ? tiles.at(event.latlng) : null;
    if (plot === null) { hide(); return; }
    tip.setLatLng(event.latlng);
    if (plot === shown) { return; }
    shown = plot;
    if (!asked) {
      asked = true;
      fetch(names).then((answer) => answer.json()).then((all) => {
        numbers = all;
        if (shown !== null) { tell(shown); }
      }).catch(() => { asked = false; });  // not there yet: until then the class alone is said
    }
    tell(plot);
    map.openTooltip(tip);
  });
  map.on("mouseout zoomstart", hide);
};
