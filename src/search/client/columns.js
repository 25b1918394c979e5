// Columns of numbers, lists of words, arithmetic in 32 bits.
const f32 = Math.fround;
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

// Running sums of a column of gaps.
function ascending(column) {
  const next = reader(column);
  let last = 0;
  return (column.match(/[g-z0-9_-]*[A-Za-f]/g) || []).map(() => (last += next()));
}

function words(text) {
  const out = [];
  let last = "";
  for (const item of text ? text.split(" ") : []) out.push((last = last.slice(0, parseInt(item[0], 36)) + item.slice(1)));
  return out;
}

// What sorts by its units as the text does by code points, which is tantivy's order: pairs of units come last.
const ordered = (text) => text.replace(/[\ue000-\uffff]/g, "\u{10ffff}$&");

// Number of entries that are not after `text`.
function rank(list, text) {
  const sought = ordered(text);
  return upper(list, (other) => sought < ordered(other));
}

// Number of entries before the first that is `above`.
function upper(list, above) {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (above(list[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}

const NORMS = [];
for (let i = 0; i <= 40; i++) NORMS.push(i);
for (let step = 2, norm = 40; NORMS.length < 256; step *= 2) for (let i = 0; i < 8 && NORMS.length < 256; i++) NORMS.push((norm += step));
