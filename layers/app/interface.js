// Streamlit writes its own words in English only. This puts the reader's in their place, as they
// come: `words` is [what Streamlit writes, what to show][], where {name} stands for any text.
(() => {
  const words = WORDS;
  const exact = new Map(words.filter(([from]) => !from.includes("{")));
  const parted = words.filter(([from]) => from.includes("{")).map(([from, to]) => {
    const names = [...from.matchAll(/\{(\w+)\}/g)].map(found => found[1]);
    const literal = from.split(/\{\w+\}/).map(part => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return [new RegExp(`^${literal.join("(.+?)")}$`), names, to];
  });
  const ATTRIBUTES = ["aria-label", "title", "placeholder", "aria-roledescription"];
  // Text of the page itself, and of its data, is left alone; these are Streamlit's own inside it.
  const OURS = "script, style, svg, table, pre, [data-testid=stMarkdownContainer], "
    + "[data-testid=stText], [data-testid=stHtml]";
  const STREAMLITS = "[data-testid=stFileUploader], [data-testid=stTooltipContent], "
    + "[data-testid=stElementToolbar], [data-testid=stException]";

  const said = text => {
    const trimmed = text.trim();
    if (!trimmed) return null;
    if (exact.has(trimmed)) return text.replace(trimmed, () => exact.get(trimmed));
    for (const [pattern, names, to] of parted) {
      const found = trimmed.match(pattern);
      if (found) return to.replace(/\{(\w+)\}/g, (_, name) => found[names.indexOf(name) + 1]);
    }
    return null;
  };
  const attributes = element => {
    if (element.matches("[data-testid=stIconMaterial], [role=img][aria-label$=\" icon\"]")) {  // decoration, named by its glyph
      if (element.hasAttribute("aria-label")) element.removeAttribute("aria-label");
      if (element.getAttribute("role") === "img") element.removeAttribute("role");  // without a name it is no picture
      if (!element.hasAttribute("aria-hidden")) element.setAttribute("aria-hidden", "true");
      return;
    }
    for (const name of ATTRIBUTES) {
      const text = element.getAttribute(name);
      const ours = text === null ? null : said(text);
      if (ours !== null && ours !== text) element.setAttribute(name, ours);
    }
  };
  const written = node => {
    const around = node.parentElement;
    if (!around || (around.closest(OURS) && !around.closest(STREAMLITS))) return;
    const ours = said(node.nodeValue);
    if (ours !== null && ours !== node.nodeValue) node.nodeValue = ours;
  };
  const all = root => {
    if (root.nodeType === Node.TEXT_NODE) return written(root);
    if (root.nodeType !== Node.ELEMENT_NODE) return;
    attributes(root);
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.nodeType === Node.TEXT_NODE) written(node); else attributes(node);
    }
  };

  document.documentElement.lang = LANGUAGE;
  window.interfaceWords?.disconnect();
  window.interfaceWords = new MutationObserver(changes => {
    for (const change of changes) {
      if (change.type === "childList") change.addedNodes.forEach(all);
      else if (change.type === "characterData") written(change.target);
      else attributes(change.target);
    }
  });
  window.interfaceWords.observe(document.body, {
    childList: true, characterData: true, subtree: true, attributeFilter: ATTRIBUTES,
  });
  all(document.body);
})();
