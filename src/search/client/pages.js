// Everything above `score`: filters, pages, excerpts.
Object.assign(Index.prototype, {
  // First document of each page, as a table; only filters and their counts need it.
  async firsts() {
    const file = await this.get("pages");
    if (!file.firsts) {
      const size = reader(file.n);
      file.firsts = new Uint32Array(this.manifest.pages);
      for (let page = 0, doc = 0; page < file.firsts.length; page++, doc += size()) file.firsts[page] = doc;
    }
    return file.firsts;
  },

  facet(name) {
    return this.get("f/" + this.manifest.facets.indexOf(name));
  },

  // Which pages pass the filters, or null when there are none.
  async allowed(filters) {
    if (!filters.length) return null;
    const passes = new Uint8Array(this.manifest.pages).fill(1);
    for (const name of new Set(filters.map((filter) => filter.name))) {
      const values = await this.facet(name), any = filters.some((filter) => filter.name === name && !filter.not);
      const hit = new Uint8Array(passes.length);
      for (const not of [false, true])
        for (const filter of filters.filter((filter) => filter.name === name && filter.not === not))
          for (const value of Object.keys(values))
            if (means(value, filter.value)) for (const page of ascending(values[value])) hit[page] = not ? 2 : 1;
      for (let page = 0; page < passes.length; page++) if (hit[page] === 2 || (any && hit[page] !== 1)) passes[page] = 0;
    }
    return passes;
  },

  // {pages, total, suggest, slots, query, docs, best}: pages best first, each {row, number, first, tier, hits: [{doc, score}]}.
  async search(text, { limit = 10, typing = true } = {}) {
    const query = parse(text, this.manifest.facets);
    query.open &&= typing;
    const passes = await this.allowed(query.filters), firsts = passes && (await this.firsts());
    let { docs, values, near, slots } = await this.score(query, passes && ((doc) => passes[upper(firsts, doc) - 1]));
    if (!slots.length && passes) (docs = firsts.filter((doc, page) => passes[page])), (values = new Float64Array(docs.length));
    const best = top(docs, values, TOP);
    near.sort((a, b) => a.near - b.near || b.score - a.score || a.doc - b.doc);
    const pages = await this.group(best, near.slice(0, 3), limit);
    const named = new Set(near.map((hit) => hit.doc));
    const wanted = query.words.filter((word) => !word.not).flatMap((word) => names(word.tokens)).join(" ");
    for (const page of pages) page.tier = page.hits.some((hit) => named.has(hit.doc)) && this.isNamed(page.row, wanted) ? (NAMED.has(page.row[3]) ? 2 : 1) : 0;
    pages.sort((a, b) => b.tier - a.tier || b.hits[0].score - a.hits[0].score || a.hits[0].doc - b.hits[0].doc);
    const guess = slots.some((slot) => slot.suggest) && respell(text, slots);
    return { query, slots, docs, best, pages: pages.slice(0, limit), total: docs.length, suggest: guess || "" };
  },

  isNamed(row, wanted) {
    const name = decodeURIComponent(row[1]).replace(/\/$/, "").split("/").pop();
    return [row[2], name].some((text) => names(analyze(text)).join(" ") === wanted);
  },

  // Pages of the best hits; rows are fetched as they are needed. Titles nearest to the query come along.
  async group(best, near, limit) {
    const pages = new Map();
    const chunkOf = (hit) => upper(this.starts, hit.doc) - 1;
    const add = (hit, open) => {
      const chunk = chunkOf(hit), file = this.rows.get(chunk);
      if (!file) return;
      const at = upper(file.firsts, hit.doc) - 1, number = chunk * this.manifest.chunk + at;
      let page = pages.get(number);
      if (!page && open) pages.set(number, (page = { row: file.rows[at], number, first: file.firsts[at], hits: [] }));
      if (page && !page.hits.some(({ doc }) => doc === hit.doc)) page.hits.push(hit);
    };
    for (let at = 0; at < best.length && pages.size < limit; at += limit) {
      const batch = best.slice(at, at + limit);
      await Promise.all([...new Set((at ? batch : [...batch, ...near]).map(chunkOf))].map((chunk) => this.chunk(chunk)));
      for (const hit of batch) add(hit, pages.size < limit);
    }
    for (const hit of near) add(hit, true);
    for (const hit of best) add(hit, false);
    for (const page of pages.values()) page.hits.sort((a, b) => b.score - a.score || a.doc - b.doc);
    return [...pages.values()];
  },

  async chunk(number) {
    const rows = await this.get("d/" + number);
    let doc = this.starts[number];
    this.rows.set(number, { rows, firsts: rows.map((row) => ((doc += row[0]), doc - row[0])) });
  },

  // Counts of the pages of a result for each value of each facet: {name: [[value, count], …]}, most first.
  async counts(result) {
    const firsts = await this.firsts(), hit = new Uint8Array(this.manifest.pages);
    for (const doc of result.docs) hit[upper(firsts, doc) - 1] = 1;
    return Object.fromEntries(await Promise.all(this.manifest.facets.map(async (name) => {
      const counts = Object.entries(await this.facet(name)).map(([value, column]) => [value, ascending(column).reduce((n, page) => n + hit[page], 0)]);
      return [name, counts.filter(([, n]) => n).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))];
    })));
  },
});

const NAMED = new Set(["entity", "api", "team", "person"]);
const names = (tokens) => tokens.filter((token) => !token.whole).map((token) => token.term);
const frequency = (entry) => Math.max(...entry.lists.map((list) => list.df));

// Number of entries of an ascending list that are not above `number`.
function upper(list, number) {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] > number) high = middle;
    else low = middle + 1;
  }
  return low;
}

// A filter's value: itself, or the name at the end of a reference (`team-a` for `group:default/team-a`).
function means(value, wanted) {
  const a = value.toLowerCase(), b = wanted.toLowerCase();
  return a === b || a.endsWith("/" + b) || a.endsWith(":" + b);
}

function top(docs, values, count) {
  const least = docs.length > count ? Float64Array.from(values).sort()[docs.length - count] : 0, kept = [];
  for (let at = 0; at < docs.length; at++) if (values[at] >= least) kept.push({ doc: docs[at], score: values[at] });
  return kept.sort((a, b) => b.score - a.score || a.doc - b.doc).slice(0, count);
}

function pageKey(url) {
  let a = 0x811c9dc5, b = 0x2545f491;
  for (let i = 0; i < url.length; i++) {
    a = Math.imul(a ^ url.charCodeAt(i), 0x01000193);
    b = Math.imul(b ^ url.charCodeAt(i), 0x9e3779b1);
    b = (b << 13) | (b >>> 19);
  }
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
}

const respell = (text, slots) => slots.reduce((text, slot) => (slot.suggest ? text.replace(new RegExp(`(?<![\\p{L}\\p{N}])${slot.word}(?![\\p{L}\\p{N}])`, "iu"), slot.suggest) : text), text);
