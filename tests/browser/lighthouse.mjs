// Lighthouse's four figures for a page of each of six types; all must be 95 or more. Slow, so no part of tests/run:
//   node tests/browser/lighthouse.mjs [SITE]     SITE: a built demo portal; built anew without it
//   LIGHTHOUSE  the program (npx lighthouse@12.8.2);  CHROMIUM  the browser (/usr/bin/chromium)
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "./portals.mjs";
import { serve } from "./server.mjs";

const PAGES = ["", "catalog/", "catalog/default/component/booking-api/", "docs/default/component/callboard/", "graph/", "health/"];
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const [program, ...before] = (process.env.LIGHTHOUSE ?? "npx --yes lighthouse@12.8.2").split(" ");
const work = mkdtempSync(join(tmpdir(), "callboard-lighthouse-"));
const site = process.argv[2] ?? build(["demo"], process.env.CALLBOARD ?? join(root, "target/debug/callboard"), root, work).demo;
const server = await serve(site);
let low = 0;
try {
  for (const page of PAGES) {
    const flags = ["--output=json", "--quiet", `--only-categories=${CATEGORIES}`, "--chrome-flags=--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"];
    const env = { ...process.env, CHROME_PATH: process.env.CHROMIUM ?? "/usr/bin/chromium" };
    const { stdout } = await promisify(execFile)(program, [...before, server.url + page, ...flags], { env, maxBuffer: 1 << 28 });
    const { categories, audits } = JSON.parse(stdout);
    const figures = CATEGORIES.map((name) => Math.round(categories[name].score * 100));
    if (figures.some((figure) => figure < 95)) low += 1;
    console.log(`/${page}: ${CATEGORIES.map((name, at) => `${name} ${figures[at]}`).join(", ")}`);
    for (const name of CATEGORIES)
      for (const { id, weight } of categories[name].auditRefs)
        if (weight && audits[id].score !== null && audits[id].score < 0.9) console.log(`  ${id}: ${audits[id].title} ${audits[id].displayValue ?? ""}`);
  }
} finally {
  server.close();
  rmSync(work, { recursive: true, force: true });
}
process.exit(low ? 1 : 0);
