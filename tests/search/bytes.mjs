// node bytes.mjs SEARCH_DIRECTORY PAGES LOADER [PAGEFIND_DIRECTORY]: gzip bytes of a cold first query up to five excerpts, everything
// counted: the loader of the theme, the client, the manifest, terms, rows, texts. Queries are words of titles and headings.
import fs from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { openDirectory } from "./index_dir.mjs";
import { openPagefind } from "./pagefind.mjs";

const [directory, pagesFile, loader, pagefindDirectory] = process.argv.slice(2);
const size = (file) => gzipSync(fs.readFileSync(file), { level: 9 }).length;
const code = size(loader) + size(path.join(directory, "client.js"));
const pages = fs.readFileSync(pagesFile, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
let seed = 11;
const below = (end) => ((seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) >>> 8) % end;
const queries = { 1: new Set(), 2: new Set(), 3: new Set() };
for (let tries = 0; tries < 100000 && Object.values(queries).some((set) => set.size < 15); tries++) {
  const page = pages[below(pages.length)], section = page.sections[below(page.sections.length)];
  const words = (section.heading || page.title).toLowerCase().split(/\s+/).filter((word) => /^[a-z]{4,}$/.test(word));
  for (const count of [1, 2, 3]) if (words.length >= count && queries[count].size < 15) queries[count].add(words.slice(0, count).join(" "));
}
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const kb = (bytes) => (bytes / 1024).toFixed(1);
console.log(`loader and client: ${kb(code)} KB; ${pages.length} pages`);
for (const [count, set] of Object.entries(queries)) {
  const own = [], typed = [], other = [];
  for (const query of set) {
    for (const [list, typing] of [[own, false], [typed, true]]) {
      const { client, read } = await openDirectory(directory);
      const result = await client.search(query, { typing });
      await Promise.all(result.pages.slice(0, 5).map((page) => result.index.excerpt(page, page.hits[0], result.slots)));
      list.push(read.bytes + code);
    }
    if (pagefindDirectory) {
      const pagefind = await openPagefind(pagefindDirectory);
      const { results } = await pagefind.search(query);
      await Promise.all(results.slice(0, 5).map((result) => result.data()));
      other.push(pagefind.read.bytes);
      pagefind.close();
    }
  }
  const beside = other.length ? `; pagefind ${kb(median(other))}, ratio ${(median(own) / median(other)).toFixed(2)}` : "";
  console.log(`${count} words: median ${kb(median(own))} KB, worst ${kb(Math.max(...own))}; while typing ${kb(median(typed))}, worst ${kb(Math.max(...typed))}${beside}`);
}
