Object.assign(Index.prototype, {
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
  },

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
  },
});

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
