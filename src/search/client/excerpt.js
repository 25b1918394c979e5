Object.assign(Index.prototype, {
  async excerpt(page, hit, slots) {
    const at = hit.doc - page.first, piece = until(page.row[5] || [], at);
    const file = await this.get("x/" + placeKey(page.row[1]) + (piece ? "." + piece : ""));
    return shown(file.s[at - (piece ? page.row[5][piece - 1] : 0)], slots.flatMap((slot) => slot.phrase || slot.terms.map((entry) => entry.term)));
  },
});

// Anchor, heading and excerpt of a passage: {anchor, heading: [{text, mark}], text: the same, found: surface words}.
function shown([anchor, heading, text], list) {
  const terms = new Set(list), { text: parts, found } = excerpt(text, terms, 180), named = marks(heading, terms);
  return { anchor, heading: pieces(heading, named, 0, heading.length), text: parts, found: [...new Set([...found, ...named.map((token) => heading.slice(token.start, token.end))])] };
}

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
