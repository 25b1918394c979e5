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
