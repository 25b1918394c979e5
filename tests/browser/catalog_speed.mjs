// How soon the catalog of many entities answers after its data has arrived. Slow, and a machine's own figure, so no part of tests/run:
//   node tests/browser/catalog_speed.mjs [RUNS]   RUNS: visits of each address (9); ENTITIES: of the portal (10000); SITE: one that is built
// Beside the medians stands what a fixed piece of work takes on the same page, and their ratio, which means the same on any machine.
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build } from "./portals.mjs";
import { serve } from "./server.mjs";

const ADDRESSES = { "as it is": "catalog/", filtered: "catalog/?type=service&sort=owner", words: "catalog/?q=number+12&sort=-name" };
const RATES = [1, 4];
process.env.ENTITIES ??= "10000";
const runs = Number(process.argv[2] ?? 9);
const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const work = mkdtempSync(join(tmpdir(), "callboard-speed-"));
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

// Twenty thousand words made, sorted and counted: work like the catalog's own.
const fixed = () => {
  const begun = performance.now();
  const words = Array.from({ length: 20000 }, (_, at) => `word ${(at * 7919) % 20011}`).sort();
  const counts = new Map();
  for (const word of words) counts.set(word.length, (counts.get(word.length) ?? 0) + 1);
  return performance.now() - begun;
};

const program = process.env.CALLBOARD ?? join(root, "target/debug/callboard");
const server = await serve(process.env.SITE ?? build(["large"], program, root, work).large);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"] });
try {
  console.log(`${process.env.SITE ?? `${process.env.ENTITIES} entities`}, ${runs} visits each, load ${loadavg()[0].toFixed(1)} on ${availableParallelism()} processors`);
  for (const rate of RATES)
    for (const [name, path] of Object.entries(ADDRESSES)) {
      const [ready, work] = [[], []];
      for (let run = 0; run < runs; run += 1) {
        const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
        const session = await page.context().newCDPSession(page);
        await session.send("Emulation.setCPUThrottlingRate", { rate });
        await page.goto(server.url + path);
        await page.locator("#cb-list[data-ready]").waitFor();
        ready.push(await page.evaluate(() => performance.getEntriesByName("cb-catalog-ready")[0].duration));
        work.push(await page.evaluate(fixed));
        await page.close();
      }
      const [a, b] = [median(ready), median(work)];
      console.log(`${name}, processor slowed ${rate} times: ${a.toFixed(0)} ms from data to ready (${Math.min(...ready).toFixed(0)} to ${Math.max(...ready).toFixed(0)}); fixed work ${b.toFixed(0)} ms, ratio ${(a / b).toFixed(2)}`);
    }
} finally {
  await browser.close();
  server.close();
  rmSync(work, { recursive: true, force: true });
}
