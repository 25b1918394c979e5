// The lists of the catalog: facets, words, order, pages and export, all in the address. The first rows stand in the page.
"use strict";
{
const { $, $$, make, mine } = callboard;
const list = $("#cb-list");
const form = $("#cb-filters");
const ROWS = 100;
// Most choices of a facet: a longer list helps nobody, and words narrow it.
const OPTIONS = 300;
const FACETS = ["owner", "type", "lifecycle", "system", "tag", "namespace"];
const LABELS = { kind: "Kind", owner: "Owner", type: "Type", lifecycle: "Lifecycle", system: "System", tag: "Tag", namespace: "Namespace", show: "Show", q: "Text" };
const OWN = { starred: "Starred", mine: "Owned by my teams" };
const TONES = { production: "success", experimental: "warning", deprecated: "danger", decommissioned: "danger" };
const preset = { kind: list.dataset.kind || "", tag: list.dataset.tag || "" };
const root = document.documentElement.dataset.root;
const disk = location.protocol === "file:";
const collator = new Intl.Collator(document.documentElement.lang || "en", { numeric: true });
const number = (value) => value.toLocaleString("en").replaceAll(",", "\u202f");
// On a disk a folder does not show its page.
const page = (url) => root + url + (disk && (url === "" || url.endsWith("/")) ? "index.html" : "");

let kinds = new Map();
let ready = false;

// ---- data

const waiting = {};
callboard.data = (name, value) => waiting[name]?.(value);
const read = (name) =>
  disk
    ? new Promise((resolve, reject) => {
        waiting[name] = resolve;
        document.head.append(make("script", { src: `${root}catalog/${name}.js`, onerror: reject }));
      })
    : fetch(`${root}catalog/${name}.json`, { cache: name === "rows" ? "no-cache" : "default" }).then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)));

// A column holds the place of each row's word among the different words; the first place is no word.
const column = () => ({ words: [""], labels: [""], chips: [null], at: new Map([["", 0]]), codes: null });
const COLUMNS = { kind: column(), namespace: column(), owner: column(), type: column(), lifecycle: column(), system: column(), tag: column() };
const WORDS = { kind: 2, namespace: 3, type: 6, lifecycle: 7 };
const NAMES = { owner: 5, system: 8 };
const code = (column, word, label, chip) => {
  let at = column.at.get(word);
  if (at === undefined) {
    at = column.words.push(word) - 1;
    column.labels.push(label);
    column.chips.push(chip);
    column.at.set(word, at);
  }
  return at;
};
let rows = [];
// Tags of row n: their places from `starts[n]` to `starts[n + 1]`.
let starts;
let tagCodes = [];

function take(shards) {
  rows = shards.flatMap((shard) => shard.rows);
  for (const key in COLUMNS) COLUMNS[key].codes = new Uint32Array(rows.length);
  starts = new Uint32Array(rows.length + 1);
  let row = 0;
  for (const { entities, tags, rows: own } of shards) {
    const places = Object.entries(NAMES).map(([key, at]) => [COLUMNS[key].codes, at, entities.map(([ref, title, url, kind, missing]) => code(COLUMNS[key], ref, title, { ref, title, url, kind, missing }))]);
    const words = Object.entries(WORDS).map(([key, at]) => [COLUMNS[key], at]);
    const tagged = tags.map(([tag, url]) => code(COLUMNS.tag, tag, tag, url));
    for (const cells of own) {
      for (const [column, at] of words) column.codes[row] = code(column, cells[at], cells[at], null);
      for (const [codes, at, places_] of places) if (cells[at] !== null) codes[row] = places_[cells[at]];
      for (const at of cells[10]) tagCodes.push(tagged[at]);
      starts[(row += 1)] = tagCodes.length;
    }
  }
}

// Rows by name: only when an order is asked for, since the page has the first rows already.
const once = (make) => {
  let made;
  return () => (made ??= make());
};
const ref = (row) => `${rows[row][2]}:${rows[row][3]}/${rows[row][4]}`;
const byName = once(() => {
  const keys = rows.map(([title]) => title.toLowerCase());
  return Uint32Array.from(rows.keys()).sort((a, b) => (keys[a] < keys[b] ? -1 : keys[a] > keys[b] ? 1 : ref(a) < ref(b) ? -1 : 1));
});
const tagsOf = (row) => tagCodes.slice(starts[row], starts[row + 1]);

/** A row with its names, for those that are shown or exported. */
function entry(row) {
  const [title, url, kind, namespace, name, , type, lifecycle, , summary, , facts] = rows[row];
  const chip = (key) => COLUMNS[key].chips[COLUMNS[key].codes[row]];
  return { title, url, kind, namespace, name, type, lifecycle, summary, facts, ref: ref(row), owner: chip("owner"), system: chip("system"), tags: tagsOf(row).map((at) => [COLUMNS.tag.words[at], COLUMNS.tag.chips[at]]) };
}

// ---- state

const asked = () => new URLSearchParams(location.search);
const state = () => {
  const query = asked();
  const filters = {};
  for (const key of ["show", "q"]) if (query.get(key)) filters[key] = query.get(key);
  // A facet may be asked for several words; no word has a line break.
  for (const key of FACETS) if (query.get(key)) filters[key] = query.getAll(key).join("\n");
  for (const key of ["kind", "tag"]) if (preset[key] || query.get(key)) filters[key] = preset[key] || query.get(key);
  return { filters, sort: query.get("sort") || "name", page: Math.max(1, parseInt(query.get("page"), 10) || 1) };
};
const address = (changes) => {
  const query = asked();
  if (!("page" in changes)) query.delete("page");
  for (const [key, value] of Object.entries(changes)) value ? query.set(key, value) : query.delete(key);
  const text = query.toString();
  return text ? `?${text}` : location.pathname.split("/").pop() || "./";
};
function go(changes, replace) {
  history[replace ? "replaceState" : "pushState"](null, "", address(changes));
  show();
}

// ---- what is shown

const texts = once(() => []);
const text = (row) =>
  (texts()[row] ??= [rows[row][0], ref(row), rows[row][6], rows[row][9], COLUMNS.owner.labels[COLUMNS.owner.codes[row]], COLUMNS.system.labels[COLUMNS.system.codes[row]], ...tagsOf(row).map((at) => COLUMNS.tag.words[at])].join("\n").toLowerCase());

const wordsOf = (value) => value.split("\n");

function tests(filters) {
  const list = [];
  for (const key of ["kind", ...FACETS])
    if (filters[key]) {
      const { codes, at } = COLUMNS[key];
      const wanted = new Set(wordsOf(filters[key]).map((word) => at.get(word)));
      list.push([key, key === "tag" ? (row) => tagsOf(row).some((one) => wanted.has(one)) : (row) => wanted.has(codes[row])]);
    }
  if (filters.q) {
    const words = filters.q.toLowerCase().split(/\s+/).filter(Boolean);
    list.push(["q", (row) => words.every((word) => text(row).includes(word))]);
  }
  if (filters.show) {
    const own = filters.show === "mine";
    const wanted = new Set(mine.list(own ? "teams" : "starred").map((one) => one.ref));
    const { words, codes } = COLUMNS.owner;
    list.push(["show", (row) => wanted.has(own ? words[codes[row]] : ref(row))]);
  }
  return list;
}

// One way through: what all filters let pass, in the order of `order`, and for each facet what all the others do.
function select(filters, order) {
  const checks = tests(filters);
  const found = [];
  const without = {};
  const keys = Object.keys(COLUMNS);
  const counts = Object.fromEntries(keys.map((key) => [key, new Uint32Array(COLUMNS[key].words.length)]));
  const count = (row, key) => {
    if (key === "tag") for (let at = starts[row]; at < starts[row + 1]; at += 1) counts.tag[tagCodes[at]] += 1;
    else counts[key][COLUMNS[key].codes[row]] += 1;
  };
  for (let at = 0; at < rows.length; at += 1) {
    const row = order ? order[at] : at;
    let failed;
    let twice = false;
    for (const [key, passes] of checks) {
      if (passes(row)) continue;
      twice = failed !== undefined;
      failed = key;
      if (twice) break;
    }
    if (twice) continue;
    if (failed) {
      without[failed] = (without[failed] || 0) + 1;
      if (counts[failed]) count(row, failed);
      continue;
    }
    found.push(row);
    for (const key of keys) count(row, key);
  }
  return { found, counts, without };
}

function sorted(found, sort) {
  const down = sort.startsWith("-");
  const key = sort.replace("-", "");
  if (key === "name" || !(key in COLUMNS)) return down ? found.reverse() : found;
  // A column has few different words: those are compared, not the rows.
  const word = (row) =>
    key === "kind" ? `${label(rows[row][2])} ${rows[row][6]}` : key === "tag" ? tagsOf(row).map((at) => COLUMNS.tag.words[at]).join(" ") : COLUMNS[key].labels[COLUMNS[key].codes[row]];
  const lines = found.map((row) => [word(row), row]);
  const order = [...new Set(lines.map(([one]) => one))].sort(collator.compare);
  if (down) order.reverse();
  const rank = new Map(order.map((one, at) => [one, at]));
  // Empty cells stay last either way.
  rank.set("", order.length);
  return lines.sort(([a], [b]) => rank.get(a) - rank.get(b)).map(([, row]) => row);
}

// ---- drawing

const label = (kind) => kinds.get(kind)?.[1] ?? kind;
const icon = (kind) => make("span", { className: `cb-icon cb-icon-${kinds.get(kind)?.[2] ?? (KNOWN.has(kind) ? `kind-${kind}` : "kind-other")}`, ariaHidden: "true" });
const KNOWN = new Set(["component", "api", "system", "domain", "resource", "group", "user", "template", "location"]);
const chip = (one) => {
  const link = make("a", { className: `cb-chip${one.missing ? " cb-chip-missing" : ""}`, href: page(one.url), title: one.ref + (one.missing ? " (not in the catalog)" : "") });
  link.append(icon(one.kind), make("span", { textContent: one.title }));
  return link;
};
const cells = {
  kind: (entry, cell) => (cell.append(label(entry.kind)), entry.type && cell.append(" ", make("span", { className: "cb-type", textContent: entry.type }))),
  owner: (entry, cell) => entry.owner && cell.append(chip(entry.owner)),
  type: (entry, cell) => cell.append(entry.type),
  lifecycle: (entry, cell) => entry.lifecycle && cell.append(make("span", { className: `cb-pill cb-pill-${TONES[entry.lifecycle] ?? "neutral"}`, textContent: entry.lifecycle })),
  system: (entry, cell) => entry.system && cell.append(chip(entry.system)),
  tag: (entry, cell) => {
    if (!entry.tags.length) return;
    const tags = make("ul", { className: "cb-tags" });
    for (const [tag, url] of entry.tags) {
      const item = make("li", {});
      item.append(make("a", { className: "cb-tag", href: page(url), textContent: tag }));
      tags.append(item);
    }
    cell.append(tags);
  },
  star: (entry, cell) => cell.append(mine.button(entry)),
};

function row(entry, heads) {
  const line = make("tr", {});
  const name = make("th", { scope: "row" });
  const link = make("a", { className: "cb-name", href: page(entry.url) });
  link.append(icon(entry.kind), make("span", { textContent: entry.title }));
  name.append(link);
  if (entry.namespace !== "default") name.append(" ", make("span", { className: "cb-namespace", textContent: entry.namespace }));
  if (entry.summary) name.append(make("p", { className: "cb-summary", textContent: entry.summary }));
  line.append(name);
  for (const head of heads.slice(1)) {
    const cell = make("td", { className: head.dataset.fact ? "cb-fact" : head.dataset.key === "star" ? "cb-star-cell" : "" });
    cell.dataset.label = head.textContent.trim();
    if (head.dataset.fact) cell.textContent = entry.facts[head.dataset.fact] ?? "";
    else cells[head.dataset.key](entry, cell);
    line.append(cell);
  }
  return line;
}

function pager(current, count) {
  const box = $("#cb-list-pager");
  if (count < 2) return box.replaceChildren();
  const nav = make("nav", { className: "cb-pager", ariaLabel: "Pages" });
  const link = (at, words, rel, current) => {
    const one = make("a", { textContent: words, rel: rel ?? "", className: rel ? "cb-button" : "" });
    if (current) one.ariaCurrent = "page";
    else {
      one.href = address({ page: at > 1 ? String(at) : "" });
      one.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        go({ page: at > 1 ? String(at) : "" });
        $(".cb-title").scrollIntoView();
        $("#cb-list-count").parentElement.focus();
      });
    }
    return one;
  };
  const numbers = make("ol", {});
  let before = 0;
  for (let at = 1; at <= count; at += 1) {
    if (at !== 1 && at !== count && Math.abs(at - current) > 2) continue;
    const item = make("li", {});
    if (at > before + 1) {
      const gap = make("li", {});
      gap.append(make("span", { textContent: "…" }));
      numbers.append(gap);
    }
    item.append(link(at, String(at), undefined, at === current));
    numbers.append(item);
    before = at;
  }
  if (current > 1) nav.append(link(current - 1, "Previous", "prev"));
  nav.append(numbers);
  if (current < count) nav.append(link(current + 1, "Next", "next"));
  box.replaceChildren(nav);
}

function facets(filters, counts) {
  for (const select of $$("select[data-facet]", form)) {
    const key = select.name;
    if (key === "show") {
      select.value = filters.show ?? "";
      continue;
    }
    const chosen = filters[key] ?? "";
    const { words, labels, at } = COLUMNS[key];
    let options = [];
    for (let one = 1; one < words.length; one += 1) if (counts[key][one]) options.push(one);
    const more = options.length - OPTIONS;
    if (more > 0) options = options.sort((a, b) => counts[key][b] - counts[key][a]).slice(0, OPTIONS);
    options.sort((a, b) => collator.compare(labels[a], labels[b]));
    const option = (value, label, count) => make("option", { value, textContent: `${label} (${number(count)})` });
    const list = options.map((one) => option(words[one], labels[one], counts[key][one]));
    if (chosen && !options.includes(at.get(chosen))) list.unshift(option(chosen, nameOf(key, chosen), wordsOf(chosen).reduce((sum, word) => sum + (counts[key][at.get(word)] ?? 0), 0)));
    list.unshift(make("option", { value: "", textContent: "All" }));
    if (more > 0) list.push(make("option", { disabled: true, textContent: `… and ${number(more)} more: filter by words first` }));
    select.replaceChildren(...list);
    select.value = chosen;
    select.disabled = !options.length;
  }
  const input = $("#cb-filter-text");
  if (document.activeElement !== input) input.value = filters.q ?? "";
  const set = Object.keys(filters).filter((key) => !preset[key]);
  $("#cb-filters-clear").disabled = !set.length;
  const inside = set.filter((key) => key !== "q").length;
  $("#cb-filters-open").textContent = inside ? `Filters (${inside})` : "Filters";
}

function tabs(filters, counts) {
  const query = asked();
  query.delete("page");
  query.delete("kind");
  const rest = query.toString();
  for (const tab of $$(".cb-tabs a[data-kind]")) {
    const total = counts.kind.reduce((sum, one) => sum + one, 0);
    $(".cb-count", tab).textContent = number(tab.dataset.kind ? (counts.kind[COLUMNS.kind.at.get(tab.dataset.kind)] ?? 0) : total);
    tab.search = rest;
    tab.dataset.kind === (filters.kind ?? "") ? tab.setAttribute("aria-current", "page") : tab.removeAttribute("aria-current");
  }
}

function blank(filters, without) {
  const box = $("#cb-list-blank");
  const set = Object.keys(filters).filter((key) => !preset[key]);
  const buttons = set
    .map((key) => [key, without[key] || 0])
    .sort(([, a], [, b]) => b - a)
    .map(([key, count]) => {
      const button = make("button", { type: "button", className: "cb-button" });
      const value = key === "show" ? OWN[filters.show] : key === "q" ? `“${filters.q}”` : nameOf(key, filters[key]);
      button.textContent = `Clear ${LABELS[key].toLowerCase()} ${value}${count ? ` (${number(count)})` : ""}`;
      button.addEventListener("click", () => go({ [key]: "" }));
      return button;
    });
  $(".cb-actions", box).replaceChildren(...buttons);
}
const nameOf = (key, value) => {
  const names = wordsOf(value).map((word) => COLUMNS[key]?.labels[COLUMNS[key].at.get(word)] ?? word);
  return names.length > 3 ? `${names.slice(0, 2).join(", ")} and ${names.length - 2} more` : names.join(", ");
};

let shown = [];
function show() {
  document.documentElement.classList.add("cb-asked");
  const { filters, sort, page } = state();
  const { found, counts, without } = select(filters, byName());
  shown = sorted(found, sort);
  const pages = Math.max(1, Math.ceil(shown.length / ROWS));
  const current = Math.min(page, pages);
  const table = $("table", list);
  const heads = [...table.tHead.rows[0].cells];
  for (const head of heads)
    if (head.dataset.key === sort.replace("-", "")) head.setAttribute("aria-sort", sort.startsWith("-") ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  table.tBodies[0].replaceChildren(...shown.slice((current - 1) * ROWS, current * ROWS).map((one) => row(entry(one), heads)));
  pager(current, pages);
  facets(filters, counts);
  tabs(filters, counts);
  const all = rows.length;
  const few = shown.length !== all && Object.keys(filters).some((key) => !preset[key]);
  $("#cb-list-count").textContent = few ? `${number(shown.length)} found` : list.dataset.count;
  $("#cb-list-blank").hidden = shown.length > 0;
  table.parentElement.hidden = shown.length === 0;
  if (!shown.length) blank(filters, without);
  list.dataset.ready = "";
}

// ---- export of what is shown

const cell = (value) => {
  // A spreadsheet takes what begins like this for a formula.
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
const FORMS = {
  csv: () => {
    const lines = [["kind", "namespace", "name", "title", "owner", "type", "lifecycle", "system", "tags", "description", "address"]];
    for (const one of shown.map(entry))
      lines.push([one.kind, one.namespace, one.name, one.title, one.owner?.ref ?? "", one.type, one.lifecycle, one.system?.ref ?? "", one.tags.map(([tag]) => tag).join(" "), one.summary, new URL(page(one.url), location.href).href]);
    return lines.map((line) => line.map(cell).join(",") + "\r\n").join("");
  },
  json: () =>
    JSON.stringify(shown.map(entry).map((one) => ({ ref: one.ref, kind: one.kind, namespace: one.namespace, name: one.name, title: one.title, owner: one.owner?.ref, type: one.type || undefined, lifecycle: one.lifecycle || undefined, system: one.system?.ref, tags: one.tags.map(([tag]) => tag), description: one.summary || undefined, address: new URL(page(one.url), location.href).href })), null, 2),
};
for (const link of $$("a[data-export]"))
  link.addEventListener("click", (event) => {
    if (!ready) return;
    event.preventDefault();
    if (!location.search) shown = select(state().filters, byName()).found;
    const form = link.dataset.export;
    const url = URL.createObjectURL(new Blob([FORMS[form]()], { type: form === "csv" ? "text/csv" : "application/json" }));
    make("a", { href: url, download: `catalog.${form}` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  });

// ---- hands

function listen() {
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", (event) => event.target.matches("select") && go({ [event.target.name]: event.target.value }));
  $("#cb-filter-text").addEventListener("input", (event) => go({ q: event.target.value.trim() }, true));
  $("#cb-filters-clear").addEventListener("click", () => {
    $("#cb-filter-text").value = "";
    go(Object.fromEntries(["kind", ...FACETS, "show", "q"].map((key) => [key, ""])));
  });
  for (const head of $("table", list).tHead.rows[0].cells) {
    if (!head.dataset.key || head.dataset.key === "star") continue;
    const button = make("button", { type: "button" });
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const { sort } = state();
      const key = head.dataset.key;
      const next = sort === key ? `-${key}` : key;
      go({ sort: next === "name" ? "" : next });
    });
  }
  addEventListener("popstate", show);
  document.addEventListener("cb-mine", () => asked().has("show") && show());
}

const opener = $("#cb-filters-open");
opener.addEventListener("click", () => {
  const open = form.classList.toggle("cb-open");
  opener.setAttribute("aria-expanded", open);
});

read("rows")
  .then(async (head) => {
    kinds = new Map(head.kinds.map((kind) => [kind[0], kind]));
    const shards = await Promise.all(head.shards.map(read));
    performance.mark("cb-catalog-data");
    take(shards);
    ready = true;
    listen();
    if (location.search) show();
    else {
      const { filters } = state();
      const { counts } = select(filters);
      facets(filters, counts);
      list.dataset.ready = "";
    }
    performance.measure("cb-catalog-ready", "cb-catalog-data");
  })
  .catch(() => {
    // The rows in the page are still good.
    list.dataset.ready = "";
    $("#cb-list-count").textContent = `${list.dataset.count}; filters could not be loaded`;
  });
}
