Object.assign(Index.prototype, {
  // Plain words of the files that may have some that begin so, or with "_" before a letter whose second it is: [{word, n}], n
  // the logarithm of how many sections have it.
  async vocabulary(start) {
    const files = this.manifest.w.split(" ").filter((file) => RegExp(`^(${start[0]}\\.|${start})`).test(file));
    const lists = files.map(async (path) => {
      const file = await this.get("i/w/" + path), often = reader(file.n);
      return (file.list ||= words(file.w).map((word) => ({ word, n: often() })));
    });
    return (await Promise.all(lists)).flat();
  },

  // Terms for what is being typed: endings of plain words that are more frequent than the word as it stands, best first;
  // for other names the terms of its shard.
  async completions(prefix, exact) {
    if (!/^[a-z]{2,}$/.test(prefix)) return this.following(prefix);
    const least = exact ? Math.floor(Math.log2(frequency(exact))) : -1;
    const found = (await this.vocabulary(prefix.slice(0, 2))).filter((entry) => entry.n > least && entry.word.startsWith(prefix));
    found.sort((a, b) => b.n - a.n || a.word.length - b.word.length || (a.word < b.word ? -1 : 1));
    return this.terms([...new Set(found.map((entry) => term(entry.word)))].slice(0, GUESSES));
  },

  async following(prefix) {
    const shard = await this.shard(await this.place(prefix)), found = [];
    shard.terms.forEach((term, at) => term.startsWith(prefix) && found.push({ term, lists: shard.lists[at], shard }));
    found.sort((a, b) => frequency(b) - frequency(a) || (ordered(a.term) < ordered(b.term) ? -1 : 1));
    return found.slice(0, GUESSES);
  },

  // The nearest words by spelling for one that no section has: of those with its first letter; if there are none, of those
  // in which the first is missing, swapped or wrong.
  async nearest(word) {
    if (!/^[a-z]{4,}$/.test(word)) return [];
    const most = word.length < 8 ? 1 : 2;
    for (const letters of [[word[0]], [word[1], "_" + word[0], "_" + word[1]]]) {
      const found = [];
      for (const entry of (await Promise.all(letters.map((letter) => this.vocabulary(letter)))).flat())
        if (Math.abs(entry.word.length - word.length) <= most) {
          const distance = edits(word, entry.word);
          if (distance <= most) found.push({ ...entry, distance });
        }
      found.sort((a, b) => a.distance - b.distance || b.n - a.n || (a.word < b.word ? -1 : 1));
      if (found[0]) return found.filter((entry) => entry.distance === found[0].distance).slice(0, GUESSES);
    }
    return [];
  },

  async terms(texts) {
    return (await Promise.all(texts.map((text) => this.lookup(text)))).filter(Boolean);
  },

  // Gives each slot its terms: itself, completions, or near words.
  async resolve(slots) {
    await Promise.all(slots.map(async (slot) => {
      if (slot.phrase) {
        slot.terms = [];
        slot.entries = await this.terms(slot.phrase);
        if (slot.entries.length === slot.phrase.length)
          slot.files = await Promise.all(slot.entries.map((entry) => this.positions(entry.shard.place)));
        return;
      }
      const exact = await this.lookup(slot.term);
      slot.terms = exact ? [{ ...exact, boost: 1 }] : [];
      let guesses = slot.prefix ? (await this.completions(slot.prefix, exact)).filter((entry) => entry.term !== slot.term) : [];
      if (!exact && !guesses.length && !slot.whole) {
        const near = await this.nearest(slot.word);
        slot.suggest = near[0]?.word;
        guesses = await this.terms([...new Set(near.map((entry) => term(entry.word)))]);
      }
      slot.df = exact ? frequency(exact) : Math.max(1, ...guesses.map(frequency));
      const top = idf(slot.df, this.manifest.n);
      for (const guess of guesses)
        slot.terms.push({ ...guess, boost: f32(GUESS_BOOST * Math.min(1, f32(top / idf(frequency(guess), this.manifest.n)))) });
    }));
  },
});

// Edits between two words, swaps of neighbours counted once.
function edits(a, b) {
  let before = [], row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    before = row;
    row = next;
  }
  return row[b.length];
}
