// Queries: words, "phrases", -word, +word, name:value for the names of facets.
const STOP = new Set("a an and are as at be but by can do does for from how i if in into is it my no not of on or s t that the their then there these they this to was what when where which will with you your".split(" "));
const GUESS_BOOST = 0.5, GUESSES = 3, TOP = 400;

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

// What a query asks for: slots of terms. Stop words, and those that are common in the index, count only where nothing else is
// asked.
function plan(query, common = []) {
  const stops = ({ word, term }) => STOP.has(word) || common.includes(term), slots = [], nots = [], byTerm = new Map();
  const others = query.words.some((word) => !word.not && (word.phrase || !word.tokens.every(stops)));
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
      if (others && !word.phrase && !word.must && stops(token)) {
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
    // A name that is still being typed goes on as a whole, too.
    for (const token of [last.tokens.findLast((token) => !token.whole), last.tokens.find((token) => token.whole)]) {
      const slot = byTerm.get(token?.term);
      if (slot) slot.prefix = token.word;
    }
  }
  return { slots: slots.slice(0, 24), nots, dropped };
}

const idf = (n, all) => f32(Math.log(f32(1 + f32(f32(all - n + 0.5) / f32(n + 0.5)))));
