// What the keyboard and a screen reader need, and Streamlit leaves out. `names` is what to call
// things; run again with each language, it replaces what it did before.
(() => {
  const names = NAMES;
  window.assistance?.abort();
  window.assistanceWatch?.disconnect();
  const stop = window.assistance = new AbortController();
  const on = (target, kind, then) => target.addEventListener(kind, then, {signal: stop.signal});
  const script = () => document.querySelector("[data-testid=stApp]")?.dataset.testScriptState;

  // The links of the sidebar are a landmark, and say which page this is.
  const landmarks = () => {
    const pages = document.querySelector(".st-key-pages");
    if (!pages) return;
    pages.setAttribute("role", "navigation");
    pages.setAttribute("aria-label", names.pages);
    for (const link of pages.querySelectorAll("a")) {
      // Streamlit writes no address for the first page, which then is that of any page.
      if (link.getAttribute("href") === "") link.setAttribute("href", "./");
      if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  };

  // Where a file is dropped there is a name, and so a part: Streamlit says both that and «nothing».
  const parts = () => {
    for (const one of document.querySelectorAll("[data-testid=stFileUploaderDropzone]")) {
      if (one.getAttribute("role") !== "group") one.setAttribute("role", "group");
    }
  };

  // What is waited for is said once. How far it is changes all the time, and is read on request.
  const waits = () => {
    const place = document.querySelector(".st-key-heavy");
    if (place && place.getAttribute("role") !== "status") place.setAttribute("role", "status");
    for (const bar of place?.querySelectorAll("[data-testid=stProgress]") ?? []) {
      if (bar.getAttribute("aria-live") !== "off") bar.setAttribute("aria-live", "off");
    }
  };

  // What says that something is done is called by its words: what Streamlit names it by is not there.
  const notices = () => {
    for (const one of document.querySelectorAll("[data-testid=stToast]:not([aria-label])")) {
      const words = one.querySelector("[data-testid=stMarkdownContainer]") ?? one;
      if (words.textContent.trim()) one.setAttribute("aria-label", words.textContent.trim());
    }
  };

  // A new page begins at its title: there the focus goes, and there a screen reader reads on.
  // Not on arrival: then the browser begins at the top, where the link past the menu is.
  const here = window.assistanceAt ||= {path: location.pathname, title: null, moving: false};
  const follow = () => {
    const title = document.querySelector("h1");
    if (location.pathname !== here.path) {
      here.path = location.pathname;
      here.moving = true;
    }
    if (!title) return;
    if (!here.moving) {
      here.title = title.textContent;
    } else if (title.textContent !== here.title) {
      const at = document.activeElement;
      if (at !== title && (here.focused === undefined || at === document.body)) {
        title.tabIndex = -1;
        title.focus({preventScroll: true});
        here.focused = title;
      }
      if (script() === "notRunning") {
        Object.assign(here, {moving: false, title: title.textContent, focused: undefined});
      }
    }
  };

  // What is wider than its place can be moved by the arrow keys only once it has the focus.
  const WIDE = ".katex-display, pre, [data-testid=stTable], [data-testid=stHtml] table";
  let due;
  const scrollable = () => {
    due ||= setTimeout(() => {
      due = undefined;
      for (const one of document.querySelectorAll(WIDE)) {
        const moves = one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1;
        const scrolls = moves && /auto|scroll/.test(getComputedStyle(one).overflow);
        if (scrolls) one.tabIndex = 0;
        else if (one.tabIndex === 0) one.removeAttribute("tabindex");
      }
    }, 250);
  };

  // The explanation of a badge is closed by Escape, and opens again when it is asked for anew.
  on(document, "keydown", event => {
    if (event.key !== "Escape") return;
    for (const one of document.querySelectorAll(".badge:hover, .badge:focus")) one.dataset.closed = "";
  });
  for (const leaves of ["mouseout", "focusout"]) {
    on(document, leaves, event => {
      const badge = event.target.closest?.(".badge");
      if (badge && !badge.contains(event.relatedTarget)) delete badge.dataset.closed;
    });
  }

  // Streamlit runs the page anew at a bare «r», wherever it is pressed: who dictates to the machine,
  // or has a tremor, would lose the place. The elements themselves have had the key by now.
  on(document.body, "keydown", event => {
    const bare = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (bare && /^[rc]$/i.test(event.key)) event.stopPropagation();
  });

  const look = () => { landmarks(); parts(); waits(); notices(); follow(); scrollable(); };
  window.assistanceWatch = new MutationObserver(look);
  window.assistanceWatch.observe(document.body, {
    childList: true, subtree: true, attributeFilter: ["data-test-script-state"],
  });
  on(window, "resize", scrollable);
  look();
})();
