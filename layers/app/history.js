// The browser's list of visited addresses, as a reader counts: one step for each choice. Streamlit
// adds a step whenever the address changes, also where a page only writes down what it shows.
(() => {
  if (window.ownHistory) return;
  window.ownHistory = true;
  let acted = false;
  const act = event => { if (event.isTrusted) acted = true; };
  for (const name of ["pointerdown", "keydown", "change", "drop"]) {
    window.addEventListener(name, act, {capture: true, passive: true});
  }
  // What is done inside a map's frame comes as a message of its own.
  window.addEventListener("message", event => {
    const told = event.data && event.data.type === "streamlit:setComponentValue";
    if (told && (navigator.userActivation?.isActive ?? true)) acted = true;
  }, {capture: true});
  const push = history.pushState;
  // What is kept of a half-filled form is no step: one cannot go back to a name's third letter.
  const page = url => {
    const found = new URL(url ?? location.href, location.href);
    found.searchParams.delete("kept");
    return [found.pathname, found.searchParams.toString()];
  };
  history.pushState = function (state, title, url) {
    const [path, query] = page(url), [at, now] = page();
    if (path === at && (!acted || query === now)) return history.replaceState(state, title, url);
    acted = false;
    return push.call(this, state, title, url);
  };
  // Asked of whoever leaves while something on the page is nowhere else: an element says so.
  window.addEventListener("beforeunload", event => {
    if (document.querySelector(".would-be-lost")) event.preventDefault();
  });
})();
