// Callboard search, the part that every page loads: keys and buttons that open it, and words marked on the page that was
// found. The rest is `search/client.js` beside the index, fetched when it is first wanted.
// Works as a module and as a classic script. The page says by <meta>:
//   cb-root           the way to the site's root, such as ../../ (or data-root of <html>)
//   cb-search-scope   a filter for this page, such as docs:NAME; data-label has its words for people (optional)
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

  // Without the client the static search page still helps.
  const open = () => load().then((search) => search.start(options)).catch(() => location.assign(root + "search/"));

  // Words carried from a result: marked on the page, and taken out of its address.
  function highlight() {
    const url = new URL(location.href), words = (url.searchParams.get("hl") || "").toLowerCase().split(" ").filter(Boolean).slice(0, 12);
    if (!words.length) return;
    url.searchParams.delete("hl");
    history.replaceState(null, "", url);
    const escaped = words.sort((a, b) => b.length - a.length).map((word) => word.replace(/[^\p{L}\p{N}]/gu, "\\$&"));
    const found = new RegExp(`(?<![\\p{L}\\p{N}])(?:${escaped.join("|")})(?![\\p{L}\\p{N}])`, "giu");
    const main = document.querySelector("main") || document.body;
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT, { acceptNode: (node) => (node.parentElement.closest("script,style,svg,nav,button,input,textarea,mark") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT) });
    const nodes = [];
    while (walker.nextNode() && nodes.length < 500) if (found.test(walker.currentNode.data)) nodes.push(walker.currentNode), (found.lastIndex = 0);
    for (const node of nodes) {
      const parts = [];
      let at = 0;
      for (const match of node.data.matchAll(found)) {
        parts.push(node.data.slice(at, match.index), h("mark", { class: "cb-highlight" }, match[0]));
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
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-cb-search]");
    if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("focusin", (event) => event.target.closest?.("[data-cb-search]") && load().catch(() => {}));
  document.documentElement.classList.add("cb-search-ready");
  highlight();
  const place = document.getElementById("cb-search");
  if (place) load().then((search) => search.start(options, place)).catch(() => {});
})();
