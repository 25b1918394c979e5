// The interface. The loader of the theme calls `start`; nothing here runs before.
const RECENT = "cb-recent-searches";
const KINDS = { entity: "Entity", docs: "Docs", api: "API", team: "Team", person: "Person", adr: "Decision", page: "Page" };
let root, scope, client;

// Opens the palette, or fills `place` when it is given. `options`: root, and scope {filter, label} of the page.
function start(options, place, text) {
  root = options.root;
  scope = options.scope;
  client ||= connect(root + "search/");
  if (place) return searchPage(place);
  palette ||= makePalette();
  palette.open(text);
}

// An element; text only ever becomes text nodes.
function h(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {}))
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  node.append(...children.flat().filter((child) => child !== undefined && child !== ""));
  return node;
}
const marked = (parts) => parts.map((part) => (part.mark ? h("mark", {}, part.text) : part.text));

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
    if (query.trim()) this.keep([query.trim(), ...this.list().filter((other) => other !== query.trim())]);
  },
};

// A host without index documents has the site with this mark.
const whole = (url) => (document.documentElement.dataset.urls === "html" && /(^|\/)$/.test(url) ? url + "index.html" : url);

function address(page, excerpt) {
  const words = excerpt ? excerpt.found.slice(0, 12).join(" ") : "";
  return root + whole(page.row[1]) + (words ? "?hl=" + encodeURIComponent(words) : "") + (excerpt?.anchor ? "#" + encodeURIComponent(excerpt.anchor) : "");
}

const summary = (result) => (result.total ? `${result.total.toLocaleString("en")} ${result.total === 1 ? "section" : "sections"} found` : "Nothing found");

// Asks as the reader types; only the last question's answer is shown.
function asker(show, fail, busy) {
  let asked = 0, timer;
  const ask = async (text, options) => {
    const number = ++asked;
    clearTimeout(timer);
    timer = setTimeout(() => number === asked && busy(true), 150);
    try {
      const result = await client.search(text, options);
      if (number === asked) await show(result, text);
    } catch (error) {
      if (number === asked) fail(error, text);
    } finally {
      if (number === asked) clearTimeout(timer), busy(false);
    }
  };
  ask.cancel = () => asked++;
  return ask;
}

// Fills in what only the page's text tells, once a row can be seen.
const seen = globalThis.IntersectionObserver && new IntersectionObserver((entries) => {
  for (const entry of entries)
    if (entry.isIntersecting) {
      seen.unobserve(entry.target);
      entry.target.fill?.();
    }
}, { rootMargin: "40px" });

const sameTextFile = (page, hit) => {
  const piece = (hit) => (page.row[5] || []).filter((start) => start <= hit.doc - page.first).length;
  return piece(hit) === piece(page.hits[0]);
};

async function fill(result, page, show) {
  for (const [at, hit] of page.hits.slice(0, 3).entries())
    if (!at || sameTextFile(page, hit)) show(await result.index.excerpt(page, hit, result.slots), at);
}

const kindWord = (kind) => h("span", { class: "cb-search-kind", "data-kind": kind }, KINDS[kind] || kind);
