// Measures search beside Pagefind and MiniSearch over the same pages, in one run, and prints tables:
//
//   cargo test --release --test it --no-run       # names the binary of the tests
//   (cd tests/search && npm install --no-package-lock)
//   node tests/search/measure.mjs target/release/deps/it-… PAGES… [--bytes-only]
//
// PAGES is the folder of a portal that `callboard build` made, or a file of pages as JSON lines (`SearchPage`). Judged queries
// are asked where the pages that they should find are among them. Times are of this process and its children only; run it
// on a machine that does nothing else, or look at ratios.
import { spawn } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { engineOf, openDirectory } from "./index_dir.mjs";
import { openPagefind } from "./pagefind.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const [program, ...rest] = process.argv.slice(2);
const sets = rest.filter((one) => !one.startsWith("--"));
const work = fs.mkdtempSync(path.join(os.tmpdir(), "callboard-search-"));
process.on("exit", () => fs.rmSync(work, { recursive: true, force: true }));

const gzip = (file) => gzipSync(fs.readFileSync(file), { level: 9 }).length;
const at = (list, share) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))];
const kb = (bytes) => (bytes / 1000).toFixed(1);
const table = (head, rows) => {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => String(row[column]).length)));
  for (const row of [head, ...rows]) console.log("  " + row.map((cell, column) => String(cell)[column ? "padStart" : "padEnd"](widths[column])).join("  "));
};

/** Pages of a built portal, read from its search index; or of a file. */
function pagesOf(place) {
  if (place.endsWith(".jsonl")) return fs.readFileSync(place, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
  const folder = path.join(place, "search"), json = (name) => JSON.parse(fs.readFileSync(path.join(folder, name), "utf8"));
  const { dm } = json("latest.json"), pages = [];
  const rows = (chunk) => `i/d/${chunk}.${dm.substr(6 * (chunk >> 3), 6)}.json`;
  for (let chunk = 0; fs.existsSync(path.join(folder, rows(chunk))); chunk++)
    for (const [, url, title, kind, where, pieces = []] of json(rows(chunk))) {
      const key = [...url].reduce((key, c) => (key * 257 + c.charCodeAt(0)) % 17592186044399, 0).toString(36);
      const sections = [0, ...pieces].flatMap((_, piece) => json(`x/${key}${piece ? `.${piece}` : ""}.json`).s);
      pages.push({ route: decodeURI(url), title, kind, path: where, tags: [], facets: [], sections: sections.map(([anchor, heading, text]) => ({ anchor, heading, text })) });
    }
  return pages;
}

/** Runs a program; gives CPU seconds and the peak of its memory in MB. */
function cost(command, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: "ignore" });
    let ticks = 0, peak = 0;
    const look = () => {
      try {
        const stat = fs.readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1].split(" ");
        ticks = Math.max(ticks, Number(stat[11]) + Number(stat[12]));
        peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1] || 0));
      } catch {}
    };
    const timer = setInterval(look, 5);
    child.on("error", reject);
    child.on("exit", (code) => (clearInterval(timer), code ? reject(new Error(`${command} failed`)) : resolve({ cpu: ticks / 100, memory: peak / 1024 })));
  });
}

const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
function writeHtml(pages, folder) {
  for (const page of pages) {
    const file = path.join(folder, page.route, "index.html");
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const sections = page.sections.map(({ anchor, heading, text }) => `${heading ? `<h2 id="${escaped(anchor)}">${escaped(heading)}</h2>` : ""}<p>${escaped(text)}</p>`);
    fs.writeFileSync(file, `<!doctype html><html lang="en"><head><title>${escaped(page.title)}</title></head><body><main data-pagefind-body><h1>${escaped(page.title)}</h1>${sections.join("")}</main></body></html>`);
  }
}

/** Sixty queries of one to three words that stand together in titles and headings. */
function queriesOf(pages, each) {
  let seed = 11;
  const below = (end) => ((seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) >>> 8) % end;
  const queries = { 1: new Set(), 2: new Set(), 3: new Set() };
  for (let tries = 0; tries < 100000 && Object.values(queries).some((set) => set.size < each); tries++) {
    const page = pages[below(pages.length)], section = page.sections[below(page.sections.length)];
    const words = (section.heading || page.title).toLowerCase().split(/\s+/).filter((word) => /^[a-z]{4,}$/.test(word));
    for (const count of [1, 2, 3]) if (words.length >= count && queries[count].size < each) queries[count].add(words.slice(0, count).join(" "));
  }
  return queries;
}

async function bytes(search, pagefindFolder, queries) {
  const code = gzip(path.join(here, "../../themes/default/js/search/main.js")) + gzip(path.join(search, "client.js"));
  console.log(`\nbytes of a cold first query to five excerpts, gzip, in kB; loader and client are ${kb(code)} of them`);
  const rows = [], all = { own: [], typed: [], other: [] };
  for (const [count, set] of Object.entries(queries)) {
    const own = [], typed = [], other = [];
    for (const query of set) {
      for (const [list, typing] of [[own, false], [typed, true]]) {
        const { client, read } = await openDirectory(search);
        const result = await client.search(query, { typing });
        await Promise.all(result.pages.slice(0, 5).map((page) => result.index.excerpt(page, page.hits[0], result.slots)));
        list.push(read.bytes + code);
      }
      const pagefind = await openPagefind(pagefindFolder);
      const { results } = await pagefind.search(query);
      await Promise.all(results.slice(0, 5).map((result) => result.data()));
      other.push(pagefind.read.bytes);
      pagefind.close();
    }
    const row = (name, own, typed, other) => [name, kb(at(own, 0.5)), kb(at(own, 0.95)), kb(at(own, 1)), kb(at(typed, 0.5)), kb(at(typed, 1)), kb(at(other, 0.5)), kb(at(other, 1)), (at(own, 0.5) / at(other, 0.5)).toFixed(2)];
    rows.push(row(`${count} words`, own, typed, other));
    all.own.push(...own), all.typed.push(...typed), all.other.push(...other);
    if (count === "3") rows.push(row("all", all.own, all.typed, all.other));
  }
  table(["queries", "median", "p95", "worst", "typing", "worst", "pagefind", "worst", "ratio"], rows);
}

/** CPU of each query with its JSON, but without the reading of files; a new client for each. */
async function cpu(search, queries) {
  const engine = await engineOf(search), files = new Map(), times = [];
  const load = async (name) => {
    if (!files.has(name)) files.set(name, fs.readFileSync(path.join(search, name), "utf8"));
    return JSON.parse(files.get(name));
  };
  for (const query of Object.values(queries).flatMap((set) => [...set]))
    for (let round = 0; round < 3; round++) {
      const begun = process.cpuUsage();
      await engine.connect("", load).search(query);
      const used = process.cpuUsage(begun);
      if (round === 2) times.push((used.user + used.system) / 1000);
    }
  console.log(`\nCPU of a query with a new client: median ${at(times, 0.5).toFixed(1)} ms, p95 ${at(times, 0.95).toFixed(1)} ms, worst ${at(times, 1).toFixed(1)} ms`);
}

async function quality(search, pagefindFolder, pages) {
  const MiniSearch = require("minisearch");
  const mini = new MiniSearch({ fields: ["title", "heading", "text"], storeFields: ["url"], searchOptions: { boost: { title: 4, heading: 2 }, fuzzy: 0.2, prefix: true } });
  let id = 0;
  for (const page of pages) mini.addAll(page.sections.map(({ heading, text }) => ({ id: id++, url: page.route, title: page.title, heading, text })));
  const { client } = await openDirectory(search);
  const pagefind = await openPagefind(pagefindFolder);
  const engines = {
    callboard: async (query) => (await client.search(query, { typing: false })).pages.map((page) => decodeURI(page.row[1])),
    "callboard, typing": async (query) => (await client.search(query)).pages.map((page) => decodeURI(page.row[1])),
    minisearch: async (query) => [...new Set(mini.search(query).map((hit) => hit.url))],
    "minisearch, plain": async (query) => [...new Set(mini.search(query, { fuzzy: false, prefix: false }).map((hit) => hit.url))],
    pagefind: async (query) => {
      const { results } = await pagefind.search(query);
      return (await Promise.all(results.slice(0, 10).map((result) => result.data()))).map((data) => decodeURI(data.url).replace(/^\//, ""));
    },
  };
  const judged = {};
  for (const name of ["judged", "judged_held_out"])
    judged[name] = fs.readFileSync(path.join(here, `${name}.txt`), "utf8").split("\n").filter((line) => line && !line.startsWith("#")).map((line) => line.split(" | "))
      .map(([query, ends]) => ({ query: query.trim(), ends: ends.trim().split(" ").map((end) => "/" + end) }))
      .filter(({ ends }) => ends.some((end) => pages.some((page) => ("/" + page.route).endsWith(end))));
  judged.both = Object.values(judged).flat();
  if (!judged.both.length) return pagefind.close();
  const rows = [];
  for (const [name, ask] of Object.entries(engines)) {
    const cells = [];
    for (const list of Object.values(judged)) {
      let sum = 0, first = 0;
      for (const { query, ends } of list) {
        const found = (await ask(query)).slice(0, 10).findIndex((url) => ends.some((end) => ("/" + url).endsWith(end)));
        if (found >= 0) sum += 1 / (found + 1);
        if (found === 0) first++;
      }
      cells.push(list.length ? (sum / list.length).toFixed(3) : "-", `${first}/${list.length}`);
    }
    rows.push([name, ...cells]);
  }
  pagefind.close();
  console.log("\nmean reciprocal rank over judged queries, and how many are first");
  table(["engine", "judged", "first", "held out", "first", "both", "first"], rows);
}

for (const [number, place] of sets.entries()) {
  const pages = pagesOf(place), folder = path.join(work, String(number)), file = path.join(folder, "pages.jsonl"), html = path.join(folder, "html");
  fs.mkdirSync(html, { recursive: true });
  fs.writeFileSync(file, pages.map((page) => JSON.stringify(page)).join("\n"));
  writeHtml(pages, html);
  console.log(`\n== ${path.basename(place)}: ${pages.length} pages, ${pages.reduce((sum, page) => sum + page.sections.length, 0)} sections`);
  const own = await cost(program, ["--ignored", "--exact", "search::write_index_of_pages"], { CALLBOARD_PAGES: file, CALLBOARD_OUT: path.join(folder, "own") });
  const binary = path.join(here, `node_modules/@pagefind/${process.platform}-${process.arch}/bin/pagefind_extended`);
  const other = await cost(binary, ["--site", html, "--output-path", path.join(folder, "pagefind")]);
  const row = (name, unit, a, b) => [`${name}, ${unit}`, a.toFixed(1), b.toFixed(1), (a / b).toFixed(2)];
  table(["index and export", "callboard", "pagefind", "ratio"], [row("CPU", "s", own.cpu, other.cpu), row("peak memory", "MB", own.memory, other.memory)]);
  const search = path.join(folder, "own/search"), pagefind = path.join(folder, "pagefind"), queries = queriesOf(pages, 20);
  await bytes(search, pagefind, queries);
  await cpu(search, queries);
  if (!rest.includes("--bytes-only")) await quality(search, pagefind, pages);
  fs.rmSync(html, { recursive: true });
}
