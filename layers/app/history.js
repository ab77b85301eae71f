// The browser's list of visited addresses, as a reader counts: one step for each choice. Streamlit
// adds a step whenever the address changes, also where a page only writes down what it shows.
(() => {
  if (window.ownHistory) return;
  window.ownHistory = true;
  let acted = false;
  // A key held down is one choice, as a slider that is dragged is.
  const act = event => { if (event.isTrusted && !event.repeat) acted = true; };
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
  // Whoever goes away to log in comes back to the front page: from there on to where they were.
  const RETURN = "ownReturn", PATIENCE_MS = 15 * 60 * 1000;
  const bare = path => path.replace(/\/+$/, "");
  const goOn = () => {
    const [left, when] = JSON.parse(sessionStorage.getItem(RETURN) ?? "[null, 0]");
    sessionStorage.removeItem(RETURN);
    if (!left || left === location.href || Date.now() - when > PATIENCE_MS) return;
    const front = bare(new URL(".", left).pathname) === bare(location.pathname);
    if (front && !location.search) location.replace(left);
  };
  window.addEventListener("click", event => {
    if (!event.target.closest?.("[class*='st-key-log_in_']")) return;
    sessionStorage.setItem(RETURN, JSON.stringify([location.href, Date.now()]));
  }, {capture: true, passive: true});
  goOn();
  // Asked of whoever leaves while something on the page is nowhere else: an element says so.
  window.addEventListener("beforeunload", event => {
    if (document.querySelector(".would-be-lost")) event.preventDefault();
  });
})();
