// Streamlit scrolls to the heading that the address names before formulas and tables above it have
// their size. This goes there until the page has come to rest, or the reader moves it.
(() => {
  const name = decodeURIComponent(location.hash.slice(1));
  if (!name || window.arrived === location.href) return;
  window.arrived = location.href;
  const end = Date.now() + 4000;
  let left = false;
  for (const kind of ["wheel", "pointerdown", "keydown", "touchstart"])
    addEventListener(kind, () => { left = true; }, {once: true, capture: true});
  const go = () => {
    if (left || Date.now() > end) return;
    document.getElementById(name)?.scrollIntoView({block: "start"});
    setTimeout(go, 200);
  };
  go();
})();
