// Plots from vector tiles, painted class by class.
//
// L.VectorGrid makes a layer of every plot and fetches all tiles again when their style changes.
// Here a tile is a canvas with one path for each class, and keeps what it has read: a new set of
// classes repaints it in place.
const PlotTiles = L.VectorGrid.Protobuf.extend({
  // `styles`: letter → Leaflet path options, in the order of painting; `closeZoom`: from here
  // plots have borders. `classes` is one letter a plot, by the plot's row number.
  initialize(url, options) {
    L.VectorGrid.Protobuf.prototype.initialize.call(this, url, options);
    this._painted = new Promise((resolve) => { this._colourKnown = resolve; });
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

  colour(classes) {
    this.classes = classes;
    this._colourKnown();
    for (const { el, coords } of Object.values(this._tiles)) { this._paint(el, coords.z); }
  },

  _paint(tile, zoom) {
    if (!tile.plots) { return; }  // nothing there, or not read yet: then it is painted on arrival
    const scale = tile.width / tile.plots.extent;
    const paths = {};
    for (const plot of tile.plots.features) {
      const letter = this.classes[plot.properties.n];
      const path = (paths[letter in this.options.styles ? letter : "-"] ||= new Path2D());
      for (const ring of plot.geometry) {
        path.moveTo(ring[0].x * scale, ring[0].y * scale);
        for (let i = 1; i < ring.length; i += 1) { path.lineTo(ring[i].x * scale, ring[i].y * scale); }
        path.closePath();
      }
    }
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
