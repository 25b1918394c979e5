Object.assign(Index.prototype, {
  // Scores all documents: {docs, values, near}, in no order; `near` are those whose title the query may be.
  async score(query, allowed) {
    const { slots, nots, dropped } = plan(query, this.manifest.common.split(" "));
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
            add(doc, f32(weight * f32(tf / f32(tf + table[norms[k]]))), bit);
            if (field === 0 && boost === 1) (titles[doc] += tf), (titleNorms[doc] = norms[k]);
          }
        }
      return Math.floor(idf(slot.df, manifest.n) * 1024 + 0.5);
    });
    const whole = weights.reduce((sum, weight) => sum + weight, 0);
    const must = slots.reduce((bits, slot, i) => (slot.must ? bits | (1 << i) : bits), 0);
    const parts = slots.reduce((bits, slot, i) => (slot.whole || slot.phrase ? bits : bits | (1 << i)), 0);
    const out = new Set(nots.flatMap((not) => this.matching(not)));
    const docs = new Uint32Array(touched.length), values = new Float64Array(touched.length), near = [], shares = new Map();
    let count = 0;
    for (const doc of touched) {
      const mask = masks[doc];
      if ((mask & must) === must && !out.has(doc) && (!allowed || allowed(doc))) {
        let share = shares.get(mask);
        if (share === undefined) {
          const covered = weights.reduce((sum, weight, i) => (mask & (1 << i) ? sum + weight : sum), 0);
          shares.set(mask, (share = whole ? covered / whole : 1));
        }
        docs[count] = doc;
        values[count++] = scores[doc] * share * share;
        // How many words of the title the query does not name; only where it names all it can.
        if (titles[doc] && (mask & parts) === parts)
          near.push({ doc, score: values[count - 1], near: Math.max(0, NORMS[titleNorms[doc]] - titles[doc] - dropped) });
      }
      scores[doc] = masks[doc] = titles[doc] = titleNorms[doc] = 0;
    }
    return { docs: docs.subarray(0, count), values: values.subarray(0, count), near, slots };
  },

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
    return common ? [...common] : [];
  },

  // Scores a phrase as tantivy does: frequency is the number of places, weight the sum of the terms' idf.
  scorePhrase(slot, add) {
    const { fields, n } = this.manifest;
    let best = 0;
    for (let field = 0; field < fields.length && slot.files; field++) {
      const lists = slot.entries.map((entry) => entry.lists.find((list) => list.field === field && list.column >= 0));
      if (!lists.every(Boolean)) continue;
      const sum = lists.reduce((sum, list) => f32(sum + idf(list.df, n)), 0);
      best = Math.max(best, Math.floor(sum * 1024 + 0.5));
      const weight = f32(f32(sum * f32(2.2)) * fields[field].boost);
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
  },
});
