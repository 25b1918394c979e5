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
  if (m[0] === "ing") {
    if (/^[^aeiouy]y$/.test(base)) return base[0] + "ie";
    if (/^(?:even|cann|inn|earr|herr|out)$/.test(base)) return w;
  }
  if (!/[aeiouy]/.test(base)) return w;
  if (/(?:at|bl|iz)$/.test(base)) return base + "e";
  if (/(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(base)) return /^[aeo]..$/.test(base) ? base : base.slice(0, -1);
  return base.length === p1 && isShort(base) ? base + "e" : base;
}
