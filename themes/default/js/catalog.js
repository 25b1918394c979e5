// The lists of the catalog: facets, words, order, pages and export, all in the address. The first rows stand in the page.
"use strict";
{
const { $, $$, make, mine } = callboard;
const list = $("#cb-list");
const form = $("#cb-filters");
const ROWS = 100;
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

let entries = [];
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

const entity = ([ref, title, url, kind, missing]) => ({ ref, title, url, kind, missing });

function take(shards) {
  for (const { entities, tags, rows } of shards) {
    const chips = entities.map(entity);
    for (const [title, url, kind, namespace, name, owner, type, lifecycle, system, summary, own, facts] of rows) {
      entries.push({
        title, url, kind, namespace, name, type, lifecycle, summary, facts,
        values: {},
        ref: `${kind}:${namespace}/${name}`,
        key: title.toLowerCase(),
        owner: owner === null ? null : chips[owner],
        system: system === null ? null : chips[system],
        tags: own.map((at) => tags[at]),
      });
    }
  }
  entries.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.ref < b.ref ? -1 : 1));
}

// ---- state

const asked = () => new URLSearchParams(location.search);
const state = () => {
  const query = asked();
  const filters = {};
  for (const key of [...FACETS, "show", "q"]) if (query.get(key)) filters[key] = query.get(key);
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

const labels = {
  owner: (entry) => entry.owner && [[entry.owner.ref, entry.owner.title]],
  system: (entry) => entry.system && [[entry.system.ref, entry.system.title]],
  tag: (entry) => entry.tags.map(([tag]) => [tag, tag]),
};
const values = (entry, key) => (entry.values[key] ??= (key in labels ? labels[key](entry) : entry[key] && [[entry[key], entry[key]]]) || []);
const text = (entry) => (entry.text ||= [entry.title, entry.ref, entry.type, entry.summary, entry.owner?.title, entry.system?.title, ...entry.tags.map(([tag]) => tag)].join("\n").toLowerCase());

function tests(filters) {
  const list = [];
  for (const key of ["kind", ...FACETS]) if (filters[key]) list.push([key, (entry) => values(entry, key).some(([value]) => value === filters[key])]);
  if (filters.q) {
    const words = filters.q.toLowerCase().split(/\s+/).filter(Boolean);
    list.push(["q", (entry) => words.every((word) => text(entry).includes(word))]);
  }
  if (filters.show) {
    const wanted = new Set((filters.show === "mine" ? mine.list("teams") : mine.list("starred")).map((one) => one.ref));
    list.push(["show", (entry) => wanted.has(filters.show === "mine" ? entry.owner?.ref : entry.ref)]);
  }
  return list;
}

// One way through: what all filters let pass, and for each facet what all the others do.
function select(filters) {
  const checks = tests(filters);
  const found = [];
  const without = {};
  const counts = Object.fromEntries(["kind", ...FACETS].map((key) => [key, new Map()]));
  const count = (entry, key) => {
    for (const [value, label] of values(entry, key)) {
      const known = counts[key].get(value);
      known ? (known.count += 1) : counts[key].set(value, { label, count: 1 });
    }
  };
  for (const entry of entries) {
    let failed;
    let twice = false;
    for (const [key, passes] of checks) {
      if (passes(entry)) continue;
      twice = failed !== undefined;
      failed = key;
      if (twice) break;
    }
    if (twice) continue;
    if (failed) {
      without[failed] = (without[failed] || 0) + 1;
      if (counts[failed]) count(entry, failed);
      continue;
    }
    found.push(entry);
    for (const key in counts) count(entry, key);
  }
  return { found, counts, without };
}

function sorted(found, sort) {
  const down = sort.startsWith("-");
  const key = sort.replace("-", "");
  if (key === "name") return down ? found.reverse() : found;
  // A column has few different words: those are compared, not the rows.
  const word = (entry) => (key === "kind" ? `${label(entry.kind)} ${entry.type}` : values(entry, key).map(([, label]) => label).join(" "));
  const lines = found.map((entry) => [word(entry), entry]);
  const order = [...new Set(lines.map(([one]) => one))].sort(collator.compare);
  if (down) order.reverse();
  const rank = new Map(order.map((one, at) => [one, at]));
  // Empty cells stay last either way.
  rank.set("", order.length);
  return lines.sort(([a], [b]) => rank.get(a) - rank.get(b)).map(([, entry]) => entry);
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
    const cell = make("td", { className: head.dataset.key === "star" ? "cb-star-cell" : "" });
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
    const options = [...counts[key]].sort(([, a], [, b]) => collator.compare(a.label, b.label));
    if (chosen && !counts[key].has(chosen)) options.unshift([chosen, { label: chosen, count: 0 }]);
    select.replaceChildren(
      make("option", { value: "", textContent: "All" }),
      ...options.map(([value, { label, count }]) => make("option", { value, textContent: `${label} (${number(count)})` })),
    );
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
    const total = [...counts.kind.values()].reduce((sum, one) => sum + one.count, 0);
    $(".cb-count", tab).textContent = number(tab.dataset.kind ? (counts.kind.get(tab.dataset.kind)?.count ?? 0) : total);
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
  for (const entry of entries) for (const [one, label] of values(entry, key)) if (one === value) return label;
  return value;
};

let shown = [];
function show() {
  document.documentElement.classList.add("cb-asked");
  const { filters, sort, page } = state();
  const { found, counts, without } = select(filters);
  shown = sorted(found, sort);
  const pages = Math.max(1, Math.ceil(shown.length / ROWS));
  const current = Math.min(page, pages);
  const table = $("table", list);
  const heads = [...table.tHead.rows[0].cells];
  for (const head of heads)
    if (head.dataset.key === sort.replace("-", "")) head.setAttribute("aria-sort", sort.startsWith("-") ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  table.tBodies[0].replaceChildren(...shown.slice((current - 1) * ROWS, current * ROWS).map((entry) => row(entry, heads)));
  pager(current, pages);
  facets(filters, counts);
  tabs(filters, counts);
  const all = entries.length;
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
    for (const one of shown)
      lines.push([one.kind, one.namespace, one.name, one.title, one.owner?.ref ?? "", one.type, one.lifecycle, one.system?.ref ?? "", one.tags.map(([tag]) => tag).join(" "), one.summary, new URL(page(one.url), location.href).href]);
    return lines.map((line) => line.map(cell).join(",") + "\r\n").join("");
  },
  json: () =>
    JSON.stringify(shown.map((one) => ({ ref: one.ref, kind: one.kind, namespace: one.namespace, name: one.name, title: one.title, owner: one.owner?.ref, type: one.type || undefined, lifecycle: one.lifecycle || undefined, system: one.system?.ref, tags: one.tags.map(([tag]) => tag), description: one.summary || undefined, address: new URL(page(one.url), location.href).href })), null, 2),
};
for (const link of $$("a[data-export]"))
  link.addEventListener("click", (event) => {
    if (!ready) return;
    event.preventDefault();
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
      const { found, counts } = select(filters);
      shown = found;
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
