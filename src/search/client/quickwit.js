// The other back end: a Quickwit server, asked in the way of Elasticsearch. Ranking is the server's own.
class BackEnd {
  constructor(manifest) {
    this.manifest = manifest;
    if (manifest.v !== VERSION || manifest.an.rev !== REVISION || manifest.an.stem !== STEMMER)
      throw new Error("This search index was made by another version of Callboard. Reload the page.");
  }

  async ask(body) {
    const { endpoint, index } = this.manifest.quickwit;
    const answer = await fetch(`${endpoint}/api/v1/_elastic/${index}/_search`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }).catch(() => ({}));
    if (!answer.ok) throw new Error("The search server does not answer.");
    return answer.json();
  }

  // As `Index.search`; sections come from the server, pages are made of them here.
  async search(text, { limit = 10, typing = true } = {}) {
    const query = parse(text, this.manifest.facets);
    query.open &&= typing;
    const { slots, nots } = plan(query), { facets } = this.manifest;
    const aggs = Object.fromEntries(facets.map((name) => [name, { terms: { field: "facet." + name, size: 12 } }]));
    const answer = await this.ask({ query: this.asked(query, slots, nots), size: limit * 5, sort: ["_score"], aggs });
    const pages = new Map();
    for (const { _source: found, _score: score } of answer.hits.hits) {
      let page = pages.get(found.url);
      if (!page) pages.set(found.url, (page = { row: [0, found.url, found.title, found.kind, [found.path || []].flat()], first: 0, hits: [] }));
      page.hits.push({ found, score, doc: page.hits.length });
    }
    const counts = Object.fromEntries(facets.map((name) => [name, (answer.aggregations?.[name]?.buckets || []).map((bucket) => [bucket.key, bucket.doc_count])]));
    const wanted = query.words.filter((word) => !word.not).flatMap((word) => names(word.tokens)).join(" ");
    const tier = ({ row }) => Index.prototype.isNamed(row, wanted) && (NAMED.has(row[3]) ? 2 : 1);
    return { query, slots, counts, pages: [...pages.values()].sort((a, b) => tier(b) - tier(a)).slice(0, limit), total: answer.hits.total.value, suggest: "" };
  }

  asked(query, slots, nots) {
    const { fields } = this.manifest, any = (should) => ({ bool: { should, minimum_should_match: 1 } });
    const over = (make) => any(fields.map(({ name, boost }) => make("words." + name, boost)));
    const one = (slot) => {
      const terms = slot.phrase || slot.all;
      if (slot.phrase) return any(fields.filter(({ name }) => name !== "path").map(({ name }) => ({ match_phrase: { ["words." + name]: terms.join(" ") } })));
      if (terms) return { bool: { must: terms.map((value) => over((field) => ({ term: { [field]: { value } } }))) } };
      const exact = over((field, boost) => ({ term: { [field]: { value: slot.term, boost } } }));
      return slot.prefix ? any([exact, over((field) => ({ prefix: { [field]: { value: slot.prefix } } }))]) : exact;
    };
    // A value, or the name at the end of a reference.
    const has = ({ name, value }) => any([{ term: { ["facet." + name]: { value } } }, ...["/", ":"].map((sign) => ({ wildcard: { ["facet." + name]: { value: "*" + sign + value.replace(/[*?\\]/g, "\\$&") } } }))]);
    const names = new Set(query.filters.filter((filter) => !filter.not).map((filter) => filter.name));
    const should = slots.filter((slot) => !slot.must).map(one), must = slots.filter((slot) => slot.must).map(one);
    return {
      bool: {
        must: must.length || should.length ? must : [{ match_all: {} }],
        should,
        ...(should.length && !must.length && { minimum_should_match: 1 }),
        must_not: [...nots.map(one), ...query.filters.filter((filter) => filter.not).map(has)],
        filter: [...names].map((name) => any(query.filters.filter((filter) => filter.name === name && !filter.not).map(has))),
      },
    };
  }

  async excerpt(page, hit, slots) {
    const { anchor, heading, text } = hit.found;
    return shown([anchor, heading, text], slots.flatMap((slot) => slot.phrase || slot.term));
  }

  async counts(result) {
    return result.counts;
  }
}
