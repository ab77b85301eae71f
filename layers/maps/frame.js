// What every map has beside its layers: its name, its controls, how it takes wheel and fingers,
// names that do not collide, and Kartverket's map where it answers.

// `told`: title, lang, words (by what they are for), sketch and grey (base layers), auto.
const furnishMap = (map, told) => {
  const box = map.getContainer();
  nameFrame(box, told);
  addControls(map, box, told.words);
  shareInput(map, box, told.words);
  placeLabels(map, box);
  if (told.auto) { useGreyMap(map, told.sketch, told.grey); }
};

const nameFrame = (box, { title, lang }) => {
  document.documentElement.lang = lang;
  document.title = title;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", title);
  try {
    const frame = window.frameElement, page = window.parent.document;
    frame.title = title;
    // Past the map, without an entry in the history as a plain link would make. The page outlives
    // the map: what it heard by then goes with the map, or all of that would stay in memory.
    const gone = new AbortController();
    window.addEventListener("pagehide", () => gone.abort());
    page.addEventListener("click", event => {
      const link = event.target.closest?.("a.map-skip");
      if (!link?.closest(".stVerticalBlock")?.contains(frame)) { return; }
      event.preventDefault();
      page.getElementById(link.hash.slice(1))?.focus();
    }, { signal: gone.signal });
  } catch {
    // Shown where the page around it is none of ours: then there is no page to name it in.
  }
};

const addControls = (map, box, words) => {
  const say = (element, text) => {
    element.title = text;
    element.setAttribute("aria-label", text);
    return element;
  };
  for (const [kind, text] of [
    ["zoom-in", words.zoom_in], ["zoom-out", words.zoom_out], ["layers-toggle", words.layers],
  ]) {
    for (const found of box.querySelectorAll(`.leaflet-control-${kind}`)) { say(found, text); }
  }
  const home = say(L.DomUtil.create("a", "map-home", map.zoomControl.getContainer()), words.home);
  home.href = "#";
  home.setAttribute("role", "button");
  home.innerHTML = '<svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">'
    + '<path d="M8 2 1.5 8H4v6h3v-4h2v4h3V8h2.5z" fill="currentColor"/></svg>';
  L.DomEvent.disableClickPropagation(home);
  L.DomEvent.on(home, "click", event => {
    L.DomEvent.stop(event);
    if (window.homeArea) { window.showArea(window.homeArea); }
  });
  // Leaflet's buttons are links that answer to Enter alone.
  box.addEventListener("keydown", event => {
    if (event.key !== " " || !event.target.matches("a[role=button]")) { return; }
    event.preventDefault();
    event.target.click();
  });

  const scale = L.control.scale({ imperial: false, maxWidth: 110 }).addTo(map).getContainer();
  say(scale, words.scale).setAttribute("role", "img");
  const North = L.Control.extend({
    options: { position: "bottomleft" },
    onAdd() {
      const mark = say(L.DomUtil.create("div", "map-north"), words.north);
      mark.setAttribute("role", "img");
      mark.innerHTML = '<svg viewBox="0 0 20 30" width="17" height="26" aria-hidden="true">'
        + '<path d="M10 1 16 15 10 12 4 15z" fill="currentColor"/>'
        + '<path d="M6 28V18l8 10V18" fill="none" stroke="currentColor" stroke-width="2"/></svg>';
      return mark;
    },
  });
  new North().addTo(map);
  // The sources are long: on a narrow map they would lie on the scale. And where the buttons reach
  // down to it, as the tools for drawing do on a phone, it stands beside them.
  const credit = map.attributionControl?.getContainer(), corner = scale.parentElement;
  const tools = map.zoomControl.getContainer().parentElement;
  map.attributionControl?.setPrefix(false);  // Leaflet's own link is in English
  const clear = () => {
    const low = tools.offsetTop + tools.offsetHeight > corner.offsetTop;
    corner.style.left = low ? `${tools.offsetWidth}px` : "0";
    if (!credit) { return; }
    const taken = credit.offsetWidth + corner.offsetLeft + corner.offsetWidth;
    corner.style.bottom = taken + 12 > box.clientWidth ? `${credit.offsetHeight}px` : "0";
  };
  new ResizeObserver(clear).observe(tools);
  map.on("resize moveend layeradd layerremove", clear);
  clear();
};

// The wheel and one finger scroll the page that the map lies in, until the map is meant.
const shareInput = (map, box, words) => {
  const hint = L.DomUtil.create("div", "map-hint", box);
  hint.setAttribute("aria-hidden", "true");
  let fading, drawing = false, awake = false;
  const tell = text => {
    hint.textContent = text;
    hint.classList.add("shown");
    clearTimeout(fading);
    fading = setTimeout(() => hint.classList.remove("shown"), 1600);
  };
  const wake = on => {
    awake = on;
    map.scrollWheelZoom[on ? "enable" : "disable"]();
    if (on) { hint.classList.remove("shown"); }
  };
  wake(false);
  // Leaflet gives the map the focus when it is pressed. The page would then bring all of the map into
  // sight, from under the pointer, and the click be on another place than was meant.
  box.focus = () => HTMLElement.prototype.focus.call(box, { preventScroll: true });
  box.addEventListener("mousedown", () => wake(true));
  box.addEventListener("focusin", () => wake(true));
  box.addEventListener("mouseleave", () => wake(false));
  box.addEventListener("focusout", event => {
    if (!box.contains(event.relatedTarget)) { wake(false); }
  });
  let kept;
  // Before the map's own listener, which is there from the moment that it is told to take part.
  window.addEventListener("wheel", event => {
    if (!box.contains(event.target) || event.target.closest(".leaflet-control")) { return; }
    if (event.ctrlKey || event.metaKey) {
      map.scrollWheelZoom.enable();
      clearTimeout(kept);
      kept = setTimeout(() => { if (!awake) { map.scrollWheelZoom.disable(); } }, 400);
    } else if (!awake) {
      map.scrollWheelZoom.disable();
      tell(words.wheel);
    }
  }, { capture: true, passive: true });

  map.on("draw:drawstart draw:editstart draw:deletestart", () => {
    drawing = true;
    box.classList.add("map-drawing");
  });
  map.on("draw:drawstop draw:editstop draw:deletestop", () => {
    drawing = false;
    box.classList.remove("map-drawing");
  });
  // By what touches it, not by what the machine has: many have both a mouse and a screen to touch.
  box.addEventListener("pointerdown", event => {
    if (drawing) { return; }  // then leaflet-draw holds the map still
    map.dragging[event.pointerType === "touch" ? "disable" : "enable"]();
  }, true);
  box.addEventListener("touchmove", event => {
    const alone = event.touches.length === 1;
    if (alone && !drawing && !event.target.closest(".leaflet-control, .leaflet-marker-draggable")) {
      tell(words.touch);
    }
  }, { passive: true });
};

// Names in the order that they were given have the first choice of place; one that finds none
// free of others, and whole within the map, is not shown at this zoom.
const placeLabels = (map, box) => {
  const GAP = 3, OVER = 1.4, sizes = new WeakMap();
  const size = element => {
    if (!sizes.has(element) && element.offsetWidth) {
      sizes.set(element, [element.offsetWidth, element.offsetHeight]);
    }
    return sizes.get(element) ?? [0, 0];
  };
  const around = ({ x, y }, width, height) => [
    x - width / 2 - GAP, y - height / 2 - GAP, x + width / 2 + GAP, y + height / 2 + GAP,
  ];
  const meet = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
  const within = (a, b) => a[0] >= b[0] && a[1] >= b[1] && a[2] <= b[2] && a[3] <= b[3];

  let shown = [];
  const place = () => {
    shown = [];
    const labels = [], marks = [], numbers = [], view = [0, 0, box.clientWidth, box.clientHeight];
    map.eachLayer(layer => {
      if (layer instanceof L.CircleMarker) {
        const wide = 2 * layer.getRadius();
        marks.push(around(map.latLngToContainerPoint(layer.getLatLng()), wide, wide));
      }
      const text = layer instanceof L.Marker ? layer.getElement()?.firstElementChild : null;
      if (!text) { return; }
      const at = map.latLngToContainerPoint(layer.getLatLng());
      if (layer.getElement().matches(".place-label")) { labels.push([text, at]); }
      if (layer.getElement().matches(".number-label")) { numbers.push(around(at, ...size(text))); }
    });
    // Numbers and controls lie over names, and would leave half of one; a dot leaves it readable.
    const corner = box.getBoundingClientRect();
    const taken = numbers.concat([...box.querySelectorAll(".leaflet-control")].map(control => {
      const { left, top, right, bottom } = control.getBoundingClientRect();
      return [left - corner.left, top - corner.top, right - corner.left, bottom - corner.top];
    }));
    for (const [text, at] of labels) {
      const [width, height] = size(text);
      const aside = width / 2 + 9, up = height + 1;
      const { degrees } = text.dataset;  // how wide its area is, of a name that keeps to it
      const room = degrees * map.options.crs.scale(map.getZoom()) / 360;
      const near = [[0, 0], [0, -up / 2], [0, up / 2], [0, -up], [0, up]];
      const places = [
        [0, 0], [0, -up], [0, up], [aside, 0], [-aside, 0], [0, -2 * up], [0, 2 * up],
        [aside, -up], [-aside, -up], [aside, up], [-aside, up],
      ];
      const tried = (degrees ? near.filter(() => width <= room * OVER) : places)
        .map(([dx, dy]) => ({ dx, dy, box: around({ x: at.x + dx, y: at.y + dy }, width, height) }));
      const here = at.x >= 0 && at.y >= 0 && at.x <= view[2] && at.y <= view[3];
      const free = !here ? [] : tried.filter(one =>
        within(one.box, view) && !taken.some(other => meet(one.box, other)));
      const best = free.find(one => !marks.some(other => meet(one.box, other))) ?? free[0];
      text.style.visibility = best ? "" : "hidden";
      if (!best) { continue; }
      taken.push(best.box);
      shown.push({ box: best.box, at });
      text.style.transform
        = `translate(calc(-50% + ${best.dx}px), calc(-50% + ${best.dy}px))`;
    }
  };
  let waiting = false;
  const soon = () => {
    if (waiting) { return; }
    waiting = true;
    requestAnimationFrame(() => { waiting = false; place(); });
  };
  map.on("zoomend moveend resize layeradd layerremove", soon);
  soon();
  // A name that had to move aside is as good to click on as what it names.
  map.on("click", ({ containerPoint: { x, y }, originalEvent }) => {
    if (!originalEvent?.isTrusted) { return; }
    const named = shown.find(one => meet(one.box, [x, y, x, y]));
    if (!named || box.classList.contains("map-drawing")) { return; }
    const corner = box.getBoundingClientRect();
    const [clientX, clientY] = [corner.left + named.at.x, corner.top + named.at.y];
    const there = new Set(document.elementsFromPoint(clientX, clientY));
    let area;
    map.eachLayer(layer => {
      const zone = layer.feature?.properties?.kind === "zone";
      if (zone && there.has(layer.getElement?.())) { area = layer.getElement(); }
    });
    area?.dispatchEvent(new MouseEvent("click", { bubbles: true, clientX, clientY }));
  });
};

// Kartverket's grey map in place of our sketch, where one of its tiles comes in time.
const useGreyMap = (map, sketch, grey) => {
  const LIMIT_MS = 3000, FORGOTTEN_MS = 600000, KEY = "naeringsareal.basemap";
  // What is known from the map before, in this tab: else each would wait, or ask in vain, anew.
  const remember = answers => {
    try { sessionStorage.setItem(KEY, JSON.stringify([answers, Date.now()])); } catch { /* no matter */ }
  };
  const known = () => {
    try {
      const [answers, at] = JSON.parse(sessionStorage.getItem(KEY));
      return Date.now() - at < FORGOTTEN_MS ? answers : null;
    } catch { return null; }
  };
  let chosen = false, came = 0, failed = 0;
  map.on("baselayerchange", () => { chosen = true; });
  const swap = (from, to) => {
    const was = chosen;
    map.removeLayer(from);
    map.addLayer(to);  // the control takes this for a choice of the reader's
    chosen = was;
  };
  grey.on("loading", () => { came = failed = 0; });  // it begins on another view
  grey.on("tileload", () => { came += 1; });
  grey.on("tileerror", () => {
    failed += 1;
    // A reader who has chosen it sees what there is of it; one who has not, sees a map.
    if (chosen || failed < 3 || failed <= came || !map.hasLayer(grey)) { return; }
    remember(false);
    swap(grey, sketch);
  });
  const answered = known();
  if (answered === true) { swap(sketch, grey); }
  if (answered !== null) { return; }
  const zoom = Math.min(Math.round(map.getZoom()), grey.options.maxNativeZoom);
  const { x, y } = map.project(map.getCenter(), zoom).divideBy(256).floor();
  const probe = new Image();
  let late = false;
  const limit = setTimeout(() => {
    late = true;
    remember(false);
    probe.src = "";
  }, LIMIT_MS);
  probe.onload = () => {
    clearTimeout(limit);
    if (late) { return; }
    remember(true);
    if (!chosen && map.hasLayer(sketch)) { swap(sketch, grey); }
  };
  probe.onerror = () => { clearTimeout(limit); remember(false); };
  probe.src = L.Util.template(grey._url, { x, y, z: zoom });
};
