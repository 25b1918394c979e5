// The interface. The loader of the theme calls `start` with the way to the root, and {filter, label} of the page's
// <meta name="cb-search-scope" content="docs:NAME" data-label="…">, which narrows the palette.
const RECENT = "cb-recent-searches";
const KINDS = { entity: "Entity", docs: "Docs", api: "API", team: "Team", person: "Person", adr: "Decision", page: "Page" };
let root, scope, client, palette;

function start(...given) {
  [root, scope] = given;
  client = connect(root + "search/");
  return { open: (text) => (palette ||= makePalette()).open(text), fill: searchPage, highlight };
}

// An element; text only ever becomes text nodes.
function h(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  node.append(...children.flat().filter((child) => child !== undefined && child !== ""));
  return node;
}
const button = (name, text, onclick, more) => h("button", { type: "button", class: name, onclick, ...more }, text);
const link = (text, onclick) => button("cb-search-suggest", text, onclick);
const note = (name) => h("div", { class: name, role: "status", "aria-live": "polite" });
const marked = (parts) => parts.map((part) => (part.mark ? h("mark", {}, part.text) : part.text));
const kindWord = (kind) => h("span", { class: "cb-search-kind", "data-kind": kind }, KINDS[kind] || kind);

const recent = {
  list() {
    try {
      return JSON.parse(localStorage.getItem(RECENT)) || [];
    } catch {
      return [];
    }
  },
  keep(list) {
    try {
      localStorage.setItem(RECENT, JSON.stringify(list.slice(0, 8)));
    } catch {}
  },
  add(query) {
    query = query.trim();
    if (query) this.keep([query, ...this.list().filter((other) => other !== query)]);
  },
};

// A page's address; where folders do not open by themselves, as on a disk, their file is named. `publish` marks such hosts.
const address = (url) => root + url + ((location.protocol === "file:" || document.documentElement.dataset.urls) && /(^|\/)$/.test(url) ? "index.html" : "");

function target(page, excerpt) {
  const words = excerpt ? excerpt.found.slice(0, 12).join(" ") : "";
  return address(page.row[1]) + (words && "?hl=" + encodeURIComponent(words)) + (excerpt?.anchor ? "#" + encodeURIComponent(excerpt.anchor) : "");
}

const summary = ({ total }) => (total ? `${total.toLocaleString("en")} ${total === 1 ? "section" : "sections"} found` : "Nothing found");

// Asks as the reader types; only the last question's answer is shown.
function asker(place, show, fail) {
  let asked = 0, timer;
  const busy = (is) => place.setAttribute("aria-busy", is);
  const ask = async (text, options) => {
    const number = ++asked;
    clearTimeout(timer);
    timer = setTimeout(() => number === asked && busy(true), 150);
    try {
      const result = await client.search(text, options);
      if (number === asked) await show(result, text);
    } catch (error) {
      if (number === asked) fail(error.message + " ");
    } finally {
      if (number === asked) clearTimeout(timer), busy(false);
    }
  };
  ask.cancel = () => asked++;
  return ask;
}

// Fills in what only the page's text tells, once a row can be seen.
const seen = globalThis.IntersectionObserver && new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries)
    if (isIntersecting) {
      seen.unobserve(target);
      target.fill();
    }
}, { rootMargin: "40px" });

// The hits of a page that one file of texts holds, at most three: as many excerpts will come, so there is room for them from the beginning.
function told(page) {
  const piece = (hit) => until(page.row[5] || [], hit.doc - page.first);
  return page.hits.slice(0, 3).filter((hit) => piece(hit) === piece(page.hits[0]));
}

// Shows the excerpts of a page's hits.
function watch(row, result, page, show) {
  row.fill = async () => {
    for (const [at, hit] of told(page).entries()) show(await result.index.excerpt(page, hit, result.slots).catch(() => ({ heading: [], text: [], found: [] })), at);
  };
  seen.observe(row);
}

// Marks the words that the address names; Escape takes the marks away.
function highlight() {
  const url = new URL(location), terms = new Set(analyze(url.searchParams.get("hl")).map((token) => token.term));
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT), nodes = [];
  while (nodes.length < 500 && walker.nextNode()) {
    const node = walker.currentNode, found = marks(node.data, terms);
    if (found.length && !node.parentElement.closest("script,style,svg,nav,button,textarea")) nodes.push([node, pieces(node.data, found, 0, node.data.length)]);
  }
  for (const [node, parts] of nodes) node.replaceWith(...marked(parts));
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) document.querySelectorAll("main mark").forEach((mark) => mark.replaceWith(mark.textContent));
  });
  url.searchParams.delete("hl");
  try {
    history.replaceState(null, "", url);
  } catch {}
}
