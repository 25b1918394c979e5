// Callboard search: ranks in the browser as tantivy does. Format: docs/search-format. Rules shared with src/search/.
(() => {
  "use strict";
  const REVISION = 1, STEMMER = "frostem 1.20260821.8", VERSION = 1;
  const f32 = Math.fround;

  // English stemmer (Snowball 3.1), letter for letter as the Rust side.
  const KEPT = { skis: "ski", skies: "sky", idly: "idl", gently: "gentl", ugly: "ugli", early: "earli", only: "onli", singly: "singl" };
  for (const word of "andes atlas bias cosmos howe news sky".split(" ")) KEPT[word] = word;
  const STEP2 = {
    tional: "tion", enci: "ence", anci: "ance", abli: "able", entli: "ent", izer: "ize", ization: "ize", ational: "ate",
    ation: "ate", ator: "ate", alism: "al", aliti: "al", alli: "al", fulli: "ful", fulness: "ful", ousli: "ous",
    ousness: "ous", iveness: "ive", iviti: "ive", biliti: "ble", bli: "ble", ogist: "og", ogi: "og", lessli: "less", li: "",
  };
  const STEP3 = { tional: "tion", ational: "ate", alize: "al", icate: "ic", iciti: "ic", ical: "ic", ful: "", ness: "", ative: "" };
  const suffixes = (list) => new RegExp(`(?:${Object.keys(list).join("|")})$`);
  const SUFFIX2 = suffixes(STEP2), SUFFIX3 = suffixes(STEP3);
  const SUFFIX4 = /(?:ance|ence|able|ible|ate|ive|ize|iti|al|ism|ion|er|ous|ant|ement|ment|ent|ic)$/;
  const REGION = /^[^aeiouy]*[aeiouy]+[^aeiouy]/;
  const isShort = (w) => /[^aeiouy][aeiouy][^aeiouywxY]$|^[aeiouy][^aeiouy]$|past$/.test(w);

  function stem(word) {
    if (word.length < 3) return word;
    if (Object.hasOwn(KEPT, word)) return KEPT[word];
    let w = word.replace(/^y/, "Y").replace(/([aeiouy])y/g, "$1Y");
    const first = /^(?:arsen|commun|emerg|gener|inter|later|organ|past|univers)/.exec(w) || REGION.exec(w);
    const p1 = first ? first[0].length : w.length;
    const second = REGION.exec(w.slice(p1));
    const p2 = first && second ? p1 + second[0].length : w.length;
    w = step1b(step1a(w), p1);
    if (/[^aeiouy][yY]$/.test(w) && w.length > 2) w = w.slice(0, -1) + "i";
    let m = SUFFIX2.exec(w);
    if (m && m.index >= p1) {
      const before = w[m.index - 1] || "";
      if (m[0] === "ogi" ? before === "l" : m[0] === "li" ? /[cdeghkmnrt]/.test(before) : true)
        w = w.slice(0, m.index) + STEP2[m[0]];
    }
    m = SUFFIX3.exec(w);
    if (m && m.index >= (m[0] === "ative" ? p2 : p1) && m.index >= p1) w = w.slice(0, m.index) + STEP3[m[0]];
    m = SUFFIX4.exec(w);
    if (m && m.index >= p2 && (m[0] !== "ion" || /[st]/.test(w[m.index - 1] || ""))) w = w.slice(0, m.index);
    const last = w.length - 1, rest = w.slice(0, last);
    if (w[last] === "e" ? last >= p2 || (last >= p1 && !isShort(rest)) : w[last] === "l" && last >= p2 && w[last - 1] === "l") w = rest;
    return w.replace(/Y/g, "y");
  }

  function step1a(w) {
    if (/sses$/.test(w)) return w.slice(0, -2);
    if (/ie[ds]$/.test(w)) return w.slice(0, w.length > 4 ? -2 : -1);
    return /[^su]s$/.test(w) && /[aeiouy]/.test(w.slice(0, -2)) ? w.slice(0, -1) : w;
  }

  function step1b(w, p1) {
    const m = /(?:eed|eedly|ed|edly|ing|ingly)$/.exec(w);
    if (!m) return w;
    const base = w.slice(0, m.index);
    if (m[0].startsWith("eed")) return m.index >= p1 && !/^(?:succ|proc|exc)$/.test(base) ? base + "ee" : w;
    if (m[0].startsWith("ing")) {
      if (/^[^aeiouy]y$/.test(base)) return base[0] + "ie";
      if (/^(?:even|cann|inn|earr|herr|out)$/.test(base)) return w;
    }
    if (!/[aeiouy]/.test(base)) return w;
    if (/(?:at|bl|iz)$/.test(base)) return base + "e";
    if (/(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(base)) return /^[aeo]..$/.test(base) ? base : base.slice(0, -1);
    return base.length === p1 && isShort(base) ? base + "e" : base;
  }

  // The analyzer.
  const D = "\\u0E00-\\u0EFF\\u1000-\\u109F\\u1100-\\u11FF\\u1780-\\u17FF\\u3005-\\u3007\\u3040-\\u30FF\\u3130-\\u318F\\u31F0-\\u31FF\\u3400-\\u4DBF" +
    "\\u4E00-\\u9FFF\\uA960-\\uA97F\\uAC00-\\uD7FF\\uF900-\\uFAFF\\uFF66-\\uFF9F\\u{1B000}-\\u{1B16F}\\u{20000}-\\u{323AF}";
  const S = "\\u00AD\\u0300-\\u036F\\u0E47-\\u0E4E\\u200C\\u200D\\u2060\\uFEFF";
  const WORD = `(?![${D}${S}])[\\p{Alphabetic}\\p{N}]`;
  const DENSE = `(?![${S}])(?=[${D}])[\\p{Alphabetic}\\p{N}]`;
  const RUN = `${WORD}(?:${WORD}|[${S}])*`;
  const NAME = new RegExp(`(${RUN}(?:[._-]${RUN})*)|${DENSE}(?:${DENSE}|[${S}])*`, "gu");
  const IS_WORD = new RegExp(`^(?:${WORD})`, "u"), IS_SILENT = new RegExp(`[${S}]`, "u");
  const ENDS_NAME = new RegExp(`(?:\\.|[${S}]|${WORD}|${DENSE})$`, "u");
  const OWN = new RegExp(`^['\u2019][sS](?!${WORD}|[${S}])`, "u");
  const UPPER = /\p{Uppercase}/u, LOWER = /\p{Lowercase}/u;
  const PLAIN = { ß: "ss", æ: "ae", œ: "oe", þ: "th", ø: "o", đ: "d", ð: "d", ł: "l", ħ: "h", ı: "i" };
  const bytes = new TextEncoder();

  function fold(c) {
    const code = c.codePointAt(0);
    if (code < 128) return c.toLowerCase();
    if (code >= 0xff01 && code <= 0xff5e) c = String.fromCharCode(code - 0xfee0);
    let out = "";
    for (const low of c.toLowerCase()) {
      if (IS_SILENT.test(low)) continue;
      out += PLAIN[low] || (/[\u00c0-\u024f\u1e00-\u1eff]/.test(low) ? String.fromCodePoint(low.normalize("NFD").codePointAt(0)) : low);
    }
    return out;
  }

  const stems = new Map();
  function term(text) {
    if (!/^[a-z]{3,}$/.test(text)) return text;
    let known = stems.get(text);
    if (known === undefined) stems.set(text, (known = stem(text)));
    return known;
  }

  // Tokens {term, word, pos, start, end, whole} of a text; start and end count UTF-16 units.
  function analyze(text) {
    const tokens = [];
    let pos = 0;
    const push = (word, at, start, end, whole) => {
      if (!word || word.length > 40 || (/[^\0-\x7f]/.test(word) && bytes.encode(word).length > 40)) return false;
      tokens.push({ term: term(word), word, pos: at, start, end, whole });
      return true;
    };
    NAME.lastIndex = 0;
    for (let m; (m = NAME.exec(text)); ) {
      const start = m.index, end = NAME.lastIndex;
      if (m[1] === undefined) {
        const run = [];
        let at = start;
        for (const c of m[0]) {
          if (!IS_SILENT.test(c)) run.push([fold(c), at, at + c.length]);
          at += c.length;
        }
        if (run.length === 1) pos += push(run[0][0], pos, run[0][1], run[0][2], false);
        for (let i = 1; i < run.length; i++) pos += push(run[i - 1][0] + run[i][0], pos, run[i - 1][1], run[i][2], false);
        continue;
      }
      let next = end;
      if (m[0].length <= 64 || m[0].split(/[._-]/).every((run) => run.length <= 64 || [...run].length <= 64)) {
        const parts = split(m[0], start);
        let whole = "";
        if (parts.length > 1) for (const part of parts) whole += (part.dot ? "." : "") + part.text;
        else {
          const [before, after] = mark(text, start, end);
          if (after === "++" || (after === "#" && /^[a-z]$/.test(parts[0].text)) || (before && parts[0].text === "net")) {
            whole = before + parts[0].text + after;
            next = end + after.length;
          }
        }
        parts.forEach((part, i) => {
          const at = pos;
          pos += push(part.text, at, part.start, part.end, false);
          if (i === 0 && whole) push(whole, at, start, next, true);
        });
      }
      const own = OWN.exec(text.slice(next, next + 6));
      NAME.lastIndex = next + (own ? own[0].length : 0);
    }
    return tokens;
  }

  function split(name, offset) {
    if (/^[a-z0-9]+$/.test(name)) return [{ text: name, start: offset, end: offset + name.length, dot: false }];
    const seen = [], parts = [];
    let at = 0;
    for (const c of name) {
      if (!IS_SILENT.test(c)) seen.push([c, at]);
      at += c.length;
    }
    const lower = (i) => i < seen.length && LOWER.test(seen[i][0]);
    let open = false, dot = false;
    seen.forEach(([c, at], i) => {
      if (c === "." || c === "-" || c === "_") {
        open = false;
        dot = c === ".";
        return;
      }
      if (open && UPPER.test(c)) {
        const before = seen[i - 1][0];
        const plural = i + 1 < seen.length && seen[i + 1][0] === "s" && !lower(i + 2);
        open = !(LOWER.test(before) || (UPPER.test(before) && lower(i + 1) && !plural));
      }
      if (!open) {
        parts.push({ text: "", start: offset + at, end: 0, dot });
        dot = false;
        open = true;
      }
      const part = parts[parts.length - 1];
      part.text += fold(c);
      part.end = offset + at + c.length;
    });
    return parts;
  }

  function mark(text, start, end) {
    const after = text.startsWith("++", end) ? "++" : text[end] === "#" ? "#" : "";
    if (after) {
      const rest = text.slice(end + after.length, end + after.length + 2);
      if (rest[0] !== after[0] && !IS_WORD.test(rest)) return ["", after];
    }
    return text[start - 1] === "." && !ENDS_NAME.test(text.slice(Math.max(0, start - 3), start - 1)) ? [".", ""] : ["", ""];
  }

  // Columns.
  const DIGIT = new Uint8Array(128);
  [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"].forEach((c, i) => (DIGIT[c.charCodeAt(0)] = i));

  function reader(column) {
    let at = 0;
    return () => {
      let number = 0, shift = 0, digit;
      do {
        digit = DIGIT[column.charCodeAt(at++)];
        number |= (digit & 31) << shift;
        shift += 5;
      } while (digit > 31);
      return number >>> 0;
    };
  }

  function ascending(column, count = column.length) {
    const next = reader(column), out = [];
    let last = 0;
    for (let left = column.length; left > 0 && out.length < count; ) {
      const number = next();
      out.push((last += number));
      left -= number < 32 ? 1 : Math.ceil((32 - Math.clz32(number)) / 5);
    }
    return out;
  }

  function words(text) {
    const out = [];
    let last = "";
    for (const item of text ? text.split(" ") : []) out.push((last = last.slice(0, parseInt(item[0], 36)) + item.slice(1)));
    return out;
  }

  // Order of code points, which is tantivy's order of bytes.
  function less(a, b) {
    const length = Math.min(a.length, b.length);
    for (let i = 0; i < length; i++) {
      let x = a.charCodeAt(i), y = b.charCodeAt(i);
      if (x === y) continue;
      if (x > 0xd7ff && y > 0xd7ff) (x = x < 0xe000 ? x + 0x2800 : x), (y = y < 0xe000 ? y + 0x2800 : y);
      return x < y;
    }
    return a.length < b.length;
  }

  // Number of entries that are not after `text`.
  function rank(list, text) {
    let low = 0, high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (less(text, list[middle])) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  const NORMS = [];
  for (let i = 0; i <= 40; i++) NORMS.push(i);
  for (let step = 2, norm = 40; NORMS.length < 256; step *= 2) for (let i = 0; i < 8 && NORMS.length < 256; i++) NORMS.push((norm += step));

  // Queries: words, "phrases", -word, +word, name:value for the names of facets.
  const STOP = new Set("a an and are as at be but by can do does for from how i if in into is it my no not of on or s t that the their then there these they this to was what when where which will with you your".split(" "));
  const PHRASE_BOOST = 1, GUESS_BOOST = 0.5, GUESSES = 20, TOP = 400;

  function parse(text, facets) {
    const query = { words: [], filters: [] };
    const item = /([+-]?)(?:([\p{L}][\p{L}\p{N}_-]*):(?:"([^"]*)"|([^\s"]+))|"([^"]*)"?|(\S+))/gu;
    for (const [all, sign, name, quoted, value, phrase, word] of text.matchAll(item)) {
      if (name !== undefined && facets.includes(name)) {
        query.filters.push({ name, value: quoted ?? value, not: sign === "-" });
        continue;
      }
      const words = name === undefined ? phrase ?? word : all.slice(sign.length);
      const tokens = analyze(words);
      if (tokens.length) query.words.push({ tokens, phrase: phrase !== undefined, not: sign === "-", must: sign === "+" });
    }
    query.open = !/[\s"]$/.test(text);
    return query;
  }

  // What a query asks for: slots of terms. Stop words count only where nothing else is asked.
  function plan(query) {
    const slots = [], nots = [], byTerm = new Map();
    const plain = query.words.filter((word) => !word.not && !word.phrase);
    const stops = plain.flatMap((word) => word.tokens).filter((token) => STOP.has(token.word));
    const others = query.words.some((word) => !word.not && (word.phrase || word.tokens.some((token) => !STOP.has(token.word))));
    let dropped = 0;
    for (const word of query.words) {
      const parts = word.tokens.filter((token) => !token.whole);
      if (word.phrase && parts.length > 1) {
        (word.not ? nots : slots).push({ phrase: parts.map((token) => token.term), must: true });
        continue;
      }
      if (word.not) {
        const whole = word.tokens.find((token) => token.whole);
        nots.push({ all: whole ? [whole.term] : parts.map((token) => token.term) });
        continue;
      }
      for (const token of word.tokens) {
        if (others && stops.includes(token) && !word.must) {
          dropped++;
          continue;
        }
        let slot = byTerm.get(token.term);
        if (!slot) slots.push((slot = { term: token.term, word: token.word, whole: token.whole, must: false })), byTerm.set(token.term, slot);
        slot.must ||= (word.must || word.phrase) && !token.whole;
        slot.whole &&= token.whole;
      }
    }
    const last = query.words.at(-1);
    if (query.open && last && !last.not && !last.phrase) {
      const token = last.tokens.findLast((token) => !token.whole);
      const slot = byTerm.get(token.term);
      if (slot) slot.prefix = token.word;
      // A name that is still being typed goes on as a whole, too.
      const whole = last.tokens.find((token) => token.whole);
      if (whole && byTerm.get(whole.term)) byTerm.get(whole.term).prefix = whole.word;
    }
    return { slots: slots.slice(0, 24), nots, dropped };
  }

  const idf = (n, all) => f32(Math.log(f32(1 + f32(f32(all - n + 0.5) / f32(n + 0.5)))));

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
            list.norms[i] = l();
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

    // The most frequent terms that begin with `prefix`, best first; looks into two shards at most.
    async completions(prefix) {
      const found = [], place = Math.max(0, await this.place(prefix));
      if (!this.bounds.length) return found;
      const end = await this.place(prefix + "\u{10ffff}");
      for (let number = place; number <= Math.min(end, place + 1); number++) {
        const shard = await this.shard(number);
        for (let at = Math.max(0, rank(shard.terms, prefix) - 1); at < shard.terms.length; at++) {
          const term = shard.terms[at];
          if (term.startsWith(prefix)) found.push({ term, lists: shard.lists[at], shard });
          else if (!less(term, prefix)) break;
        }
      }
      found.sort((a, b) => frequency(b) - frequency(a) || (less(a.term, b.term) ? -1 : 1));
      return found.slice(0, GUESSES);
    }

    // Surface words for one that no section has: endings of what is being typed, else the nearest by spelling.
    async nearest(word, typing) {
      if (!/^[a-z]{3,}$/.test(word)) return [];
      const letters = [...new Set([word[0], word[1]])].filter((letter) => this.manifest.w.includes(letter));
      const most = word.length < 4 ? 0 : word.length < 8 ? 1 : 2;
      const found = [];
      for (const file of await Promise.all(letters.map((letter) => this.get("w/" + letter)))) {
        file.list ||= words(file.w);
        const often = reader(file.n);
        for (const known of file.list) {
          const n = often();
          if (typing && known.startsWith(word)) found.push({ word: known, distance: 0, n });
          else if (Math.abs(known.length - word.length) <= most && most) {
            const distance = edits(word, known, most);
            if (distance <= most) found.push({ word: known, distance, n });
          }
        }
      }
      found.sort((a, b) => a.distance - b.distance || b.n - a.n || (a.word < b.word ? -1 : 1));
      return found.filter((entry) => entry.distance === found[0].distance).slice(0, 3);
    }

    // Gives each slot its terms: itself, completions, or near words.
    async resolve(slots) {
      await Promise.all(slots.map(async (slot) => {
        if (slot.phrase) {
          slot.entries = await Promise.all(slot.phrase.map((term) => this.lookup(term)));
          slot.terms = [];
          if (slot.entries.every(Boolean))
            slot.files = await Promise.all(slot.entries.map((entry) => this.get("p/" + entry.shard.number)));
          return;
        }
        const [exact, more] = await Promise.all([this.lookup(slot.term), slot.prefix && slot.prefix.length > 1 ? this.completions(slot.prefix) : []]);
        slot.terms = exact ? [{ ...exact, boost: 1 }] : [];
        let guesses = more.filter((entry) => entry.term !== slot.term);
        if (!exact && !guesses.length && !slot.whole) {
          const near = await this.nearest(slot.word, slot.prefix);
          if (near.length && near[0].distance) slot.suggest = near[0].word;
          guesses = (await Promise.all([...new Set(near.map((entry) => term(entry.word)))].map((text) => this.lookup(text)))).filter(Boolean);
        }
        slot.df = exact ? frequency(exact) : Math.max(1, ...guesses.map(frequency));
        const top = idf(slot.df, this.manifest.n);
        for (const guess of guesses)
          slot.terms.push({ ...guess, boost: f32(GUESS_BOOST * Math.min(1, f32(top / idf(frequency(guess), this.manifest.n)))) });
      }));
    }

    // Scores all documents: [{doc, score, near}] best first, at most TOP of them, and how many there are.
    async score(query, allowed) {
      const { slots, nots, dropped } = plan(query);
      for (const not of nots) if (not.all) not.terms = await Promise.all(not.all.map((text) => this.lookup(text)));
      await Promise.all([this.resolve(slots), this.resolve(nots.filter((not) => not.phrase))]);
      const { scores, masks, titles, titleNorms, manifest } = this;
      const touched = [];
      const add = (doc, value, bit) => {
        if (!masks[doc]) touched.push(doc);
        masks[doc] |= bit;
        scores[doc] = scores[doc] + value;
      };
      const weights = slots.map((slot, i) => {
        const bit = 1 << i;
        if (slot.phrase) return this.scorePhrase(slot, (doc, value) => add(doc, value, bit));
        for (const { lists, boost } of slot.terms)
          for (const { field, df, docs, tfs, norms } of lists) {
            const weight = f32(f32(idf(df, manifest.n) * f32(2.2)) * f32(manifest.fields[field].boost * boost));
            const table = this.norms[field];
            for (let k = 0; k < df; k++) {
              const doc = docs[k], tf = tfs[k];
              if (!masks[doc]) touched.push(doc);
              masks[doc] |= bit;
              scores[doc] += f32(weight * f32(tf / f32(tf + table[norms[k]])));
              if (field === 0 && boost === 1) (titles[doc] += tf), (titleNorms[doc] = norms[k]);
            }
          }
        return Math.floor(idf(slot.df, manifest.n) * 1024 + 0.5);
      });
      const whole = weights.reduce((sum, weight) => sum + weight, 0);
      const must = slots.reduce((bits, slot, i) => (slot.must ? bits | (1 << i) : bits), 0);
      const parts = slots.reduce((bits, slot, i) => (slot.whole || slot.phrase ? bits : bits | (1 << i)), 0);
      const out = new Set(nots.flatMap((not) => this.matching(not)));
      const hits = [];
      for (const doc of touched) {
        const mask = masks[doc];
        if ((mask & must) === must && !out.has(doc) && (!allowed || allowed(doc))) {
          let covered = 0;
          for (let i = 0; i < weights.length; i++) if (mask & (1 << i)) covered += weights[i];
          const share = whole ? covered / whole : 1;
          // How many words of the title the query does not name; only where it names all it can.
          const near = titles[doc] && (mask & parts) === parts ? Math.max(0, NORMS[titleNorms[doc]] - titles[doc] - dropped) : 99;
          hits.push({ doc, score: scores[doc] * share * share, near });
        }
        scores[doc] = masks[doc] = titles[doc] = titleNorms[doc] = 0;
      }
      return { hits, slots };
    }

    // Documents of a slot that must not be found.
    matching(not) {
      if (not.phrase) {
        const docs = [];
        this.scorePhrase(not, (doc) => docs.push(doc));
        return docs;
      }
      let common = null;
      for (const entry of not.terms) {
        const docs = new Set(entry ? entry.lists.flatMap((list) => [...list.docs]) : []);
        common = common ? new Set([...common].filter((doc) => docs.has(doc))) : docs;
      }
      return [...(common || [])];
    }

    // Scores a phrase as tantivy does: frequency is the number of places, weight the sum of the terms' idf.
    scorePhrase(slot, add) {
      const { fields, n } = this.manifest;
      let best = 0;
      for (let field = 0; field < fields.length && slot.files; field++) {
        const lists = slot.entries.map((entry) => entry.lists.find((list) => list.field === field && list.column >= 0));
        if (!lists.every(Boolean)) continue;
        const sum = lists.reduce((sum, list) => f32(sum + idf(list.df, n)), 0);
        best = Math.max(best, Math.floor(sum * 1024 + 0.5));
        const weight = f32(f32(sum * f32(2.2)) * f32(fields[field].boost * PHRASE_BOOST));
        let places = null;
        lists.forEach((list, offset) => {
          const positions = reader(slot.files[offset].p[list.column]), next = new Map();
          for (let k = 0; k < list.df; k++) {
            let at = 0;
            const here = [], before = places && places.get(list.docs[k]);
            for (let i = 0; i < list.tfs[k]; i++) {
              at += positions();
              if (!places || (before && before.at.includes(at - offset))) here.push(at - offset);
            }
            if (here.length) next.set(list.docs[k], { at: here, norm: list.norms[k] });
          }
          places = next;
        });
        for (const [doc, { at, norm }] of places) add(doc, f32(weight * f32(at.length / f32(at.length + this.norms[field][norm]))));
      }
      return best;
    }
  }

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

    // {pages, total, suggest, slots, query, hits}: pages best first, each {row, number, first, kind, hits: [{doc, score}]}.
    async search(text, { limit = 10, typing = true } = {}) {
      const query = parse(text, this.manifest.facets);
      query.open &&= typing;
      const passes = await this.allowed(query.filters), firsts = passes && (await this.firsts());
      let { hits, slots } = await this.score(query, passes && ((doc) => passes[upper(firsts, doc) - 1]));
      if (!slots.length && passes) firsts.forEach((doc, page) => passes[page] && hits.push({ doc, score: 0, near: 99 }));
      const best = top(hits, TOP);
      const pages = await this.group(best, hits, limit);
      const wanted = query.words.filter((word) => !word.not).flatMap((word) => names(word.tokens)).join(" ");
      for (const page of pages) page.tier = page.hits.some((hit) => hit.near < 99) && this.isNamed(page.row, wanted) ? (NAMED.has(page.row[3]) ? 2 : 1) : 0;
      pages.sort((a, b) => b.tier - a.tier || b.hits[0].score - a.hits[0].score || a.hits[0].doc - b.hits[0].doc);
      const guess = slots.some((slot) => slot.suggest) && respell(text, slots);
      return { query, slots, hits, pages: pages.slice(0, limit), total: hits.length, suggest: guess || "" };
    },

    isNamed(row, wanted) {
      const name = decodeURIComponent(row[1]).replace(/\/$/, "").split("/").pop();
      return [row[2], name].some((text) => names(analyze(text)).join(" ") === wanted);
    },

    // Pages of the best hits; rows are fetched as they are needed. Titles nearest to the query come along.
    async group(best, hits, limit) {
      const near = hits.filter((hit) => hit.near < 99).sort((a, b) => a.near - b.near || b.score - a.score || a.doc - b.doc).slice(0, 3);
      const pages = new Map();
      const chunkOf = (hit) => upper(this.starts, hit.doc) - 1;
      const add = (hit, open) => {
        const chunk = chunkOf(hit), file = this.rows.get(chunk);
        if (!file) return;
        const at = upper(file.firsts, hit.doc) - 1, number = chunk * this.manifest.chunk + at;
        let page = pages.get(number);
        if (!page && open) pages.set(number, (page = { row: file.rows[at], number, first: file.firsts[at], hits: [] }));
        if (page && !page.hits.includes(hit)) page.hits.push(hit);
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

    // Anchor, heading and excerpt of a hit: {anchor, heading, title, text: [{text, mark}], found: surface words}.
    async excerpt(page, hit, slots, size = 180) {
      const at = hit.doc - page.first, piece = upper(page.row[5] || [], at);
      const file = await this.get("x/" + pageKey(page.row[1]) + (piece ? "." + piece : ""));
      const [anchor, heading, text] = file.s[at - (piece ? page.row[5][piece - 1] : 0)] || ["", "", ""];
      const terms = new Set(slots.flatMap((slot) => slot.phrase || slot.terms.map((entry) => entry.term)));
      const shown = excerpt(text, terms, size), named = marks(heading, terms);
      return { anchor, heading: pieces(heading, named, 0, heading.length), text: shown.text, found: [...new Set([...shown.found, ...named.map((token) => heading.slice(token.start, token.end))])] };
    },

    // Counts of the pages of a result for each value of each facet: {name: [[value, count], …]}, most first.
    async counts(result) {
      const firsts = await this.firsts(), hit = new Uint8Array(this.manifest.pages), out = {};
      for (const { doc } of result.hits) hit[upper(firsts, doc) - 1] = 1;
      await Promise.all(this.manifest.facets.map(async (name) => {
        const values = await this.facet(name);
        out[name] = Object.entries(values).map(([value, column]) => [value, ascending(column).reduce((n, page) => n + hit[page], 0)]);
        out[name] = out[name].filter(([, n]) => n).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
      }));
      return out;
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

  function top(hits, count) {
    let kept = hits;
    if (hits.length > 4 * count) {
      const least = Float64Array.from(hits, (hit) => hit.score).sort()[hits.length - count];
      kept = hits.filter((hit) => hit.score >= least);
    }
    return [...kept].sort((a, b) => b.score - a.score || a.doc - b.doc).slice(0, count);
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

  // Tokens of a text that are among the terms; none within another.
  function marks(text, terms) {
    let end = 0;
    return analyze(text).sort((a, b) => a.start - b.start || b.end - a.end).filter((token) => terms.has(token.term) && token.start >= end && (end = token.end));
  }

  function pieces(text, tokens, from, to) {
    const out = [];
    let at = from;
    for (const token of tokens) {
      if (token.start < from || token.end > to) continue;
      if (token.start > at) out.push({ text: text.slice(at, token.start) });
      out.push({ text: text.slice(token.start, token.end), mark: true });
      at = token.end;
    }
    if (at < to) out.push({ text: text.slice(at, to) });
    return out;
  }

  // The window with the most different terms, cut between words.
  function excerpt(text, terms, size) {
    const found = marks(text, terms);
    let best = 0, most = 0;
    for (let i = 0, j = 0; i < found.length; i++) {
      while (j < found.length && found[j].end <= found[i].start + size - 40) j++;
      const seen = new Set(found.slice(i, j).map((token) => token.term)).size;
      if (seen > most) (most = seen), (best = i);
      if (i >= j) j = i;
    }
    const centre = found.length ? found[best].start : 0;
    let from = Math.max(0, centre - 40), to = Math.min(text.length, from + size);
    if (from) from = centre - text.slice(from, centre).replace(/^\S*\s?/, "").length;
    if (to < text.length) to = Math.max(text.lastIndexOf(" ", to), from + 40);
    const out = pieces(text, found, from, to);
    if (from) out.unshift({ text: "… " });
    if (to < text.length) out.push({ text: " …" });
    return { text: out, found: found.slice(0, 200).map((token) => text.slice(token.start, token.end).toLowerCase()) };
  }

  // Edits between two words, swaps of neighbours counted once; `most + 1` when there are more.
  function edits(a, b, most) {
    let before = [], row = Array.from({ length: b.length + 1 }, (_, i) => i);
    for (let i = 1; i <= a.length; i++) {
      const next = [i];
      for (let j = 1; j <= b.length; j++) {
        next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
      }
      if (Math.min(...next) > most) return most + 1;
      before = row;
      row = next;
    }
    return row[b.length];
  }

  // Where the JSON comes from: fetch, or scripts that call `callboard.put` where pages are opened as files.
  function loader(root) {
    if (location.protocol !== "file:")
      return async (path, fresh) => {
        const answer = await fetch(root + path, fresh ? { cache: "no-cache" } : {});
        if (!answer.ok) throw new Stale(`${path}: ${answer.status}`);
        return answer.json();
      };
    const waiting = new Map();
    (globalThis.callboard ||= {}).put = (path, value) => waiting.get(path)?.(value);
    return (path) => new Promise((resolve, reject) => {
      waiting.set(path, resolve);
      const script = document.createElement("script");
      script.src = root + path.replace(/json$/, "js");
      script.onerror = () => reject(new Stale(path));
      document.head.append(script);
    });
  }

  // A client of the index below `root`. When files are gone because a new generation was published, it goes on with that.
  function connect(root, load = loader(root)) {
    let index;
    const open = (fresh) => (index = load("latest.json", fresh).then((manifest) => new Index(manifest, load)));
    const ask = async (run) => {
      const current = await (index || open(false));
      try {
        return await run(current);
      } catch (error) {
        if (!(error instanceof Stale)) throw error;
        const next = await open(true);
        if (next.manifest.gen === current.manifest.gen) throw new Error("A file of the search index is missing.");
        return run(next);
      }
    };
    const guarded = (run) => ask(run).catch((error) => ((index = undefined), Promise.reject(error)));
    return {
      warm: () => guarded(async () => {}),
      search: (text, options) => guarded(async (index) => Object.assign(await index.search(text, options), { index })),
    };
  }

  globalThis.callboardSearch = { REVISION, STEMMER, VERSION, stem, analyze, parse, plan, words, ascending, reader, pageKey, Index, Stale, connect };
})();
