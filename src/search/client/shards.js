class Stale extends Error {}

// An index; `load(path)` gives the parsed JSON at a path below `search/`.
class Index {
  constructor(manifest, load) {
    Object.assign(this, { manifest, load, kept: new Map() });
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

  // Terms with their postings in each field, by document.
  decode(shard, number) {
    const [m, n, d, f, l] = [..."mndfl"].map((name) => reader(shard[name]));
    let column = 0;
    Object.assign(shard, { number, terms: words(shard.t) });
    shard.lists = shard.terms.map(() => {
      const mask = m(), lists = [];
      this.manifest.fields.forEach(({ pos, len }, field) => {
        if (!(mask & (1 << field))) return;
        const df = n(), docs = new Uint32Array(df), tfs = new Uint32Array(df), norms = new Uint8Array(df).fill(1);
        for (let i = 0, doc = 0; i < df; i++) {
          const code = d();
          docs[i] = doc += code >>> 1;
          tfs[i] = code & 1 ? 1 : f() + 2;
          if (len) norms[i] = l();
        }
        lists.push({ field, df, docs, tfs, norms, column: pos ? column++ : -1 });
      });
      return lists;
    });
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
