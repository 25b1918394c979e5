// The analyzer.
const D = "\u0E00-\u0EFF\u1000-\u109F\u1100-\u11FF\u1780-\u17FF\u3005-\u3007\u3040-\u30FF\u3130-\u318F\u31F0-\u31FF\u3400-\u4DBF" +
  "\u4E00-\u9FFF\uA960-\uA97F\uAC00-\uD7FF\uF900-\uFAFF\uFF66-\uFF9F\u{1B000}-\u{1B16F}\u{20000}-\u{323AF}";
const S = "\u00AD\u0300-\u036F\u0E47-\u0E4E\u200C\u200D\u2060\uFEFF";
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
  if (!stems.has(text)) stems.set(text, stem(text));
  return stems.get(text);
}

// Tokens {term, word, pos, start, end, whole} of a text; start and end count UTF-16 units.
function analyze(text) {
  const tokens = [];
  let pos = 0;
  const push = (word, at, start, end, whole) => {
    if (!word || (word.length > 13 && bytes.encode(word).length > 40)) return false;
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
    if (m[0].length < 65 || m[0].split(/[._-]/).every((run) => [...run].length < 65)) {
      const parts = split(m[0], start);
      let whole = "";
      if (parts.length > 1) for (const part of parts) whole += part.dot + part.text;
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
  const seen = [], parts = [];
  let at = offset, part, dot = "";
  for (const c of name) {
    if (!IS_SILENT.test(c)) seen.push([c, at]);
    at += c.length;
  }
  const lower = (i) => LOWER.test(seen[i]?.[0] ?? "");
  seen.forEach(([c, at], i) => {
    if (/[._-]/.test(c)) {
      part = 0;
      dot = c === "." ? c : "";
      return;
    }
    if (part && UPPER.test(c)) {
      const plural = seen[i + 1]?.[0] === "s" && !lower(i + 2);
      if (lower(i - 1) || (UPPER.test(seen[i - 1][0]) && lower(i + 1) && !plural)) part = 0;
    }
    if (!part) {
      parts.push((part = { text: "", start: at, dot }));
      dot = "";
    }
    part.text += fold(c);
    part.end = at + c.length;
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
