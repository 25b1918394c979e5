// Opens search (Ctrl-K, /, the header's field, [data-cb-search]) and marks found words; the client is search/client.js.
// <meta name="cb-search-scope" content="docs:NAME" data-label="…"> (optional) narrows the palette on a page.
(() => {
  "use strict";
  const meta = (name) => document.querySelector(`meta[name="${name}"]`);
  const root = meta("cb-root")?.content ?? document.documentElement.dataset.root ?? "./";
  const scope = meta("cb-search-scope");
  const options = { root, scope: scope && { filter: scope.content, label: scope.dataset.label } };

  let loading;
  function load() {
    loading ||= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = root + "search/client.js";
      script.onload = () => resolve(globalThis.callboardSearch);
      script.onerror = () => reject((loading = undefined));
      document.head.append(script);
    });
    return loading;
  }

  const open = (text) => load().then((search) => search.start(options, undefined, text)).catch(() => location.assign(root + "search/"));

  function highlight() {
    const url = new URL(location.href), words = (url.searchParams.get("hl") || "").toLowerCase().split(" ").filter(Boolean).slice(0, 12);
    if (!words.length) return;
    url.searchParams.delete("hl");
    history.replaceState(null, "", url);
    const escaped = words.sort((a, b) => b.length - a.length).map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
    const found = new RegExp(`(?<![\\p{L}\\p{N}])(?:${escaped.join("|")})(?![\\p{L}\\p{N}])`, "giu");
    const walker = document.createTreeWalker(document.querySelector("main") || document.body, NodeFilter.SHOW_TEXT, { acceptNode: (node) => (node.parentElement.closest("script,style,svg,nav,button,input,textarea,mark") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT) });
    const nodes = [];
    while (walker.nextNode() && nodes.length < 500) if (found.test(walker.currentNode.data)) nodes.push(walker.currentNode), (found.lastIndex = 0);
    for (const node of nodes) {
      const parts = [];
      let at = 0;
      for (const match of node.data.matchAll(found)) {
        const mark = document.createElement("mark");
        mark.className = "cb-highlight";
        mark.textContent = match[0];
        parts.push(node.data.slice(at, match.index), mark);
        at = match.index + match[0].length;
      }
      node.replaceWith(...parts, node.data.slice(at));
    }
    const clear = (event) => {
      if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
      for (const mark of document.querySelectorAll("mark.cb-highlight")) mark.replaceWith(mark.textContent);
      removeEventListener("keydown", clear);
    };
    addEventListener("keydown", clear);
  }

  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input,textarea,select,[contenteditable]");
    const isSlash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey && document.documentElement.dataset.searchSlash !== "off";
    if (event.isComposing || !(isSlash || (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey))) return;
    event.preventDefault();
    open();
  });
  const opener = (event) => event.target.closest?.("[data-cb-search], .cb-header [type=search]");
  document.addEventListener("click", (event) => {
    const from = opener(event);
    if (!from || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(from.value || undefined);
  });
  document.addEventListener("input", (event) => opener(event) && open(event.target.value));
  document.addEventListener("focusin", (event) => opener(event) && load().catch(() => {}));
  document.documentElement.classList.add("cb-search-ready");
  highlight();
  const place = document.getElementById("cb-search");
  if (place) load().then((search) => search.start(options, place)).catch(() => {});
})();
