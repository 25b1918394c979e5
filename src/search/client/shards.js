class Stale extends Error {}

// An index; `load(path)` gives the parsed JSON at a path below `search/`.
class Index {
  constructor(manifest, load) {
    Object.assign(this, { manifest, load, kept: new Map(), rows: new Map() });
    if (manifest.v !== VERSION || manifest.an.rev !== REVISION || manifest.an.stem !== STEMMER)
      throw new Error("This search index was made by another version of Callboard. Reload the page.");
    this.bounds = words(manifest.b);
    this.starts = ascending(manifest.d);
    this.norms = manifest.fields.map((field) => {
      const average = f32(f32(field.tokens) / f32(manifest.n)), low = f32(1 - f32(0.75));
      return Float32Array.from(NORMS, (norm) => f32(f32(1.2) * f32(low + f32(f32(0.75 * norm) / average))));
    });
    this.scores = new Float32Array(manifest.n);
    this.masks = new Uint32Array(manifest.n);
    this.titles = new Uint16Array(manifest.n);
    this.titleNorms = new Uint8Array(manifest.n);
  }

  get(path) {
    let promise = this.kept.get(path);
    if (!promise) {
      promise = this.load(`${path.startsWith("x/") ? "" : this.manifest.gen + "/"}${path}.json`);
      promise.catch(() => this.kept.delete(path));
      this.kept.set(path, promise);
    }
    return promise;
  }

  // Number of the shard that would hold a term; -1 when it is before all of them.
  async place(text) {
    const { group } = this.manifest;
    const at = rank(this.bounds, text) - 1;
    if (!group || at < 0) return at;
    const inner = await this.get("b/" + at);
    inner.list ||= words(inner.b);
    return at * group + rank(inner.list, text) - 1;
  }

  async shard(number) {
    const shard = await this.get("t/" + number);
    return shard.terms ? shard : this.decode(shard, number);
  }

  // Terms with, for each field, df and where its postings begin in the columns' numbers.
  decode(shard, number) {
    shard.terms = words(shard.t);
    shard.number = number;
    const count = shard.terms.length, m = reader(shard.m), n = reader(shard.n);
    shard.lists = [];
    let order = 0;
    for (let i = 0; i < count; i++) {
      const mask = m(), lists = [];
      for (let field = 0; field < this.manifest.fields.length; field++)
        if (mask & (1 << field)) lists.push({ field, df: n(), column: this.manifest.fields[field].pos ? order++ : -1 });
      shard.lists.push(lists);
    }
    const d = reader(shard.d), f = reader(shard.f), l = reader(shard.l);
    for (const lists of shard.lists)
      for (const list of lists) {
        list.docs = new Uint32Array(list.df);
        list.tfs = new Uint32Array(list.df);
        list.norms = new Uint8Array(list.df);
        for (let i = 0, doc = 0; i < list.df; i++) {
          const code = d();
          list.docs[i] = doc += code >>> 1;
          list.tfs[i] = code & 1 ? 1 : f() + 2;
          list.norms[i] = this.manifest.fields[list.field].len ? l() : 1;
        }
      }
    return shard;
  }

  // {lists, shard} of a term, or null.
  async lookup(text) {
    const place = await this.place(text);
    if (place < 0) return null;
    const shard = await this.shard(place);
    const at = rank(shard.terms, text) - 1;
    return at >= 0 && shard.terms[at] === text ? { term: text, lists: shard.lists[at], shard } : null;
  }
}
