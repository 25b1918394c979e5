// node judge.mjs SEARCH_DIRECTORY PAGES JUDGED [PAGEFIND_DIRECTORY [MODULES]]: mean reciprocal rank over judged queries,
// beside Pagefind's over the same pages and MiniSearch's (title 4, heading 2, body 1; sections, best of each page).
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { openDirectory } from "./index_dir.mjs";
import { openPagefind } from "./pagefind.mjs";

const [directory, pagesFile, judgedFile, pagefindDirectory, modules] = process.argv.slice(2);
const routes = fs.readFileSync(pagesFile, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
const judged = fs.readFileSync(judgedFile, "utf8").split("\n").filter((line) => line && !line.startsWith("#")).map((line) => {
  const [query, ends] = line.split(" | ");
  return { query: query.trim(), ends: ends.trim().split(" ").map((end) => "/" + end) };
});
const known = judged.filter(({ query, ends }) => {
  const missing = ends.filter((end) => !routes.some((page) => ("/" + page.route).endsWith(end)));
  if (missing.length === ends.length) console.log(`no such page: ${query} | ${missing}`);
  return missing.length < ends.length;
});

async function score(name, ask, tell) {
  let sum = 0, first = 0;
  for (const { query, ends } of known) {
    const urls = await ask(query);
    const at = urls.findIndex((url) => ends.some((end) => ("/" + url).endsWith(end)));
    if (at >= 0 && at < 10) sum += 1 / (at + 1);
    if (at === 0) first++;
    else if (tell) console.log(`  ${at + 1 || "-"}  ${query}: ${urls[0]}`);
  }
  console.log(`${name}: ${(sum / known.length).toFixed(3)} mean reciprocal rank, ${first} of ${known.length} first`);
}

const { client } = await openDirectory(directory);
await score("callboard", async (query) => (await client.search(query, { typing: false })).pages.map((page) => page.row[1]), true);
await score("callboard, typing", async (query) => (await client.search(query)).pages.map((page) => page.row[1]));
if (modules) {
  const MiniSearch = createRequire(path.resolve(modules) + "/")("minisearch");
  const mini = new MiniSearch({ fields: ["title", "heading", "text"], storeFields: ["url"], searchOptions: { boost: { title: 4, heading: 2 }, fuzzy: 0.2, prefix: true } });
  let id = 0;
  for (const page of routes) mini.addAll(page.sections.map((section) => ({ id: id++, url: page.route, title: page.title, heading: section.heading, text: section.text })));
  await score("minisearch", async (query) => [...new Set(mini.search(query).map((hit) => hit.url))].slice(0, 10));
  await score("minisearch, plain", async (query) => [...new Set(mini.search(query, { fuzzy: false, prefix: false }).map((hit) => hit.url))].slice(0, 10));
}
if (pagefindDirectory) {
  const pagefind = await openPagefind(pagefindDirectory);
  await score("pagefind", async (query) => {
    const { results } = await pagefind.search(query);
    return (await Promise.all(results.slice(0, 10).map((result) => result.data()))).map((data) => data.url.replace(/^\//, ""));
  });
  pagefind.close();
}
