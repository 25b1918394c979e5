// Everything above `score`: filters, pages, excerpts.
Object.assign(Index.prototype, {
  // First document of each page, as a table; only filters and their counts need it.
  async firsts() {
    const file = await this.facet("_pages");
    if (!file.firsts) {
      const size = reader(file.n);
      file.firsts = new Uint32Array(this.manifest.pages);
      for (let page = 0, doc = 0; page < file.firsts.length; page++, doc += size()) file.firsts[page] = doc;
    }
    return file.firsts;
  },

  facet(name) {
    return this.get(`i/f/${name}.${this.manifest.f}`);
  },

  // Which pages pass the filters, or null when there are none.
  async allowed(filters) {
    if (!filters.length) return null;
    const passes = new Uint8Array(this.manifest.pages).fill(1);
    for (const name of new Set(filters.map((filter) => filter.name))) {
      const own = filters.filter((filter) => filter.name === name).sort((a, b) => a.not - b.not), values = Object.entries(await this.facet(name));
      // Who only leaves out begins with all.
      const hit = new Uint8Array(passes.length).fill(own[0].not);
      for (const { value, not } of own)
        for (const [known, column] of values) if (means(known, value)) for (const page of ascending(column)) hit[page] = !not;
      for (const page of passes.keys()) passes[page] &= hit[page];
    }
    return passes;
  },

  // {pages, total, suggest, slots, query, docs, best}: pages best first, each {row, number, first, tier, hits: [{doc, score}]}.
  async search(text, { limit = 10, typing = true } = {}) {
    const query = parse(text, this.manifest.facets);
    query.open &&= typing;
    const passes = await this.allowed(query.filters), firsts = passes && (await this.firsts());
    let { docs, values, near, slots } = await this.score(query, passes && ((doc) => passes[until(firsts, doc) - 1]));
    if (!slots.length && passes) (docs = firsts.filter((doc, page) => passes[page])), (values = new Float64Array(docs.length));
    const best = top(docs, values, TOP);
    near.sort((a, b) => a.near - b.near || b.score - a.score || a.doc - b.doc);
    const pages = await this.group(best, near.slice(0, 3), limit);
    const named = new Set(near.map((hit) => hit.doc));
    const wanted = query.words.filter((word) => !word.not).flatMap((word) => names(word.tokens)).join(" ");
    for (const page of pages) page.tier = page.hits.some((hit) => named.has(hit.doc)) && this.isNamed(page.row, wanted) ? (NAMED.has(page.row[3]) ? 2 : 1) : 0;
    pages.sort((a, b) => b.tier - a.tier || b.hits[0].score - a.hits[0].score || a.hits[0].doc - b.hits[0].doc);
    const guess = respell(text, slots);
    return { query, slots, docs, best, pages: pages.slice(0, limit), total: docs.length, suggest: guess === text ? "" : guess };
  },

  isNamed(row, wanted) {
    const name = decodeURIComponent(row[1]).replace(/\/$/, "").split("/").pop();
    return [row[2], name].some((text) => names(analyze(text)).join(" ") === wanted);
  },

  // {row, number, first} of the page that has a document.
  async page(doc) {
    const chunk = until(this.starts, doc) - 1, rows = await this.get(`i/d/${chunk}.${markOf(this.manifest.dm, chunk >> 3)}`);
    let first = this.starts[chunk], at = 0;
    while (first + rows[at][0] <= doc) first += rows[at++][0];
    return { row: rows[at], number: chunk * this.manifest.chunk + at, first };
  },

  // Pages of the best hits; rows are fetched as they are needed. Titles nearest to the query come along.
  async group(best, near, limit) {
    const pages = new Map();
    const load = (hits) => Promise.all(hits.map((hit) => this.page(hit.doc)));
    const add = (found, most) => found.forEach((page) => pages.size < most && !pages.has(page.number) && pages.set(page.number, page));
    const others = load(near);
    for (let at = 0; at < best.length && pages.size < limit; at += limit) add(await load(best.slice(at, at + limit)), limit);
    add(await others, Infinity);
    const hits = [...best, ...near.filter((hit) => best.every(({ doc }) => doc !== hit.doc))].sort((a, b) => b.score - a.score || a.doc - b.doc);
    for (const page of pages.values()) page.hits = hits.filter(({ doc }) => doc >= page.first && doc < page.first + page.row[0]);
    return [...pages.values()];
  },

  // Counts of the pages of a result for each value of each facet: {name: [[value, count], …]}, most first.
  async counts(result) {
    const firsts = await this.firsts(), hit = new Uint8Array(this.manifest.pages);
    for (const doc of result.docs) hit[until(firsts, doc) - 1] = 1;
    return Object.fromEntries(await Promise.all(this.manifest.facets.map(async (name) => {
      const counts = Object.entries(await this.facet(name)).map(([value, column]) => [value, ascending(column).reduce((n, page) => n + hit[page], 0)]);
      return [name, counts.filter(([, n]) => n).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))];
    })));
  },
});

const NAMED = new Set("entity api team person".split(" "));
const names = (tokens) => tokens.filter((token) => !token.whole).map((token) => token.term);
const frequency = (entry) => Math.max(...entry.lists.map((list) => list.df));

// Number of entries of an ascending list that are not above `number`.
const until = (list, number) => upper(list, (other) => other > number);

// A filter's value: itself, or the name at the end of a reference (`team-a` for `group:default/team-a`).
function means(value, wanted) {
  const a = value.toLowerCase(), b = wanted.toLowerCase();
  return a === b || a.endsWith("/" + b) || a.endsWith(":" + b);
}

function top(docs, values, count) {
  const least = docs.length > count ? values.slice().sort()[docs.length - count] : 0, kept = [];
  for (let at = 0; at < docs.length; at++) if (values[at] >= least) kept.push({ doc: docs[at], score: values[at] });
  return kept.sort((a, b) => b.score - a.score || a.doc - b.doc).slice(0, count);
}

const respell = (text, slots) => slots.reduce((text, slot) => (slot.suggest ? text.replace(new RegExp(`(?<![\\p{L}\\p{N}])${slot.word}(?![\\p{L}\\p{N}])`, "iu"), slot.suggest) : text), text);
