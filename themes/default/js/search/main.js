// Opens search, and lets it mark found words; the rest is search/client.js.
(() => {
  "use strict";
  const { root, searchSlash } = document.documentElement.dataset;
  const scope = document.querySelector("meta[name=cb-search-scope]");
  let loading;
  const load = () => loading ||= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = root + "search/client.js";
    script.onload = () => resolve(callboardSearch.start(root, scope && { filter: scope.content, label: scope.dataset.label }));
    script.onerror = () => reject((loading = undefined));
    document.head.append(script);
  });
  const ask = (name, value) => load().then((search) => search[name](value));
  const open = (text) => ask("open", text).catch(() => document.querySelector(".cb-search-form")?.submit());
  const opener = (event) => event.target.closest?.("[data-cb-search], .cb-header [type=search]");
  addEventListener("keydown", (event) => {
    const command = event.ctrlKey || event.metaKey;
    const isSlash = event.key === "/" && !command && searchSlash !== "off" && !event.target.closest?.("input,textarea,select,[contenteditable]");
    const isK = event.key.toLowerCase() === "k" && command && !event.shiftKey;
    if (event.isComposing || event.altKey || !(isSlash || isK)) return;
    event.preventDefault();
    open();
  });
  addEventListener("click", (event) => {
    const from = opener(event);
    if (!from || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(from.value || undefined);
  });
  addEventListener("input", (event) => opener(event) && open(event.target.value));
  addEventListener("focusin", (event) => opener(event) && load().catch(() => {}));
  const place = document.getElementById("cb-search");
  if (place) ask("fill", place).catch(() => {});
  if (/[?&]hl=/.test(location.search)) ask("highlight").catch(() => {});
})();
