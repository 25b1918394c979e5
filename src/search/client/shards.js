class Stale extends Error {}

// An index; `load(path)` gives the parsed JSON at a path below `search/`.
class Index {
  constructor(manifest, load) {
    Object.assign(this, { manifest, load, kept: new Map() });
    if (manifest.v !== VERSION || manifest.an.rev !== REVISION || manifest.an.stem !== STEMMER)
      throw new Error("The index is of another version of Callboard: reload.");
    this.starts = ascending(manifest.d);
    this.norms = manifest.fields.map((field) => {
      const average = f32(f32(field.tokens) / f32(manifest.n)), low = f32(1 - f32(0.75));
      return Float32Array.from(NORMS, (norm) => f32(f32(1.2) * f32(low + f32(f32(0.75 * norm) / average))));
    });
    this.scores = new Float32Array(manifest.end);
    this.masks = new Uint32Array(manifest.end);
    this.titles = new Uint16Array(manifest.end);
    this.titleNorms = new Uint8Array(manifest.end);
  }

  get(path) {
    const { kept } = this;
    if (!kept.has(path)) {
      kept.set(path, this.load(path + ".json"));
      kept.get(path).catch(() => kept.delete(path));
    }
    return kept.get(path);
  }

  // {at, file} of the shard that would hold a term: its number and the name of its file.
  async place(text) {
    const { manifest } = this, place = within(manifest, text);
    return manifest.group ? within(await this.get("i/b/" + place.file), text, place.at * manifest.group) : place;
  }

  async shard(place) {
    const shard = await this.get("i/t/" + place.file);
    return shard.terms ? shard : this.decode(shard, place);
  }

  async positions({ at, file }) {
    const { m } = await this.get("i/p/marks." + this.manifest.p);
    return this.get("i/p/" + file.slice(0, -6) + markOf(m, at));
  }

  // Terms with their postings in each field, by document.
  decode(shard, place) {
    const [m, n, d, f, l] = [..."mndfl"].map((name) => reader(shard[name]));
    let column = 0;
    Object.assign(shard, { place, terms: words(shard.t) });
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
    const shard = await this.shard(await this.place(text));
    const at = shard.terms.indexOf(text);
    return at < 0 ? null : { term: text, lists: shard.lists[at], shard };
  }
}

// A mark of a row of them.
const markOf = (marks, at) => marks.substr(at * 6, 6);

// A text as part of a file's name.
const placeKey = (text) => [...text].reduce((key, c) => (key * 257 + c.charCodeAt(0)) % 17592186044399, 0).toString(36);

function within({ b, bm }, text, first = 0) {
  const list = words(b), at = rank(list, text) - 1;
  return { at: first + at, file: placeKey(list[at]) + "." + markOf(bm, at) };
}
