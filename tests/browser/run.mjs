// Builds the portals and runs every scenario of scenarios/ in Chromium: node tests/browser/run.mjs [WORDS]
//   WORDS      only scenarios whose file or name holds them
//   CALLBOARD  the program (target/debug/callboard);  CHROMIUM  the browser (/usr/bin/chromium)
//   SLOWER     times by which processor and line are slower (1): finds scenarios that read a page before it is whole
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { Reader, scenarios } from "./harness.mjs";
import { build } from "./portals.mjs";
import { serve } from "./server.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

const words = process.argv.slice(2).join(" ").toLowerCase();
const chosen = [];
for (const file of readdirSync(join(here, "scenarios")).filter((name) => name.endsWith(".mjs")).sort()) {
  const before = scenarios.length;
  await import(`./scenarios/${file}`);
  for (const one of scenarios.slice(before)) {
    one.file = file.replace(".mjs", "");
    if (`${one.file}: ${one.name}`.toLowerCase().includes(words)) chosen.push(one);
  }
}
if (!chosen.length) {
  console.error(`no scenario's name holds “${words}”`);
  process.exit(1);
}

const begun = performance.now();
const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;
const work = mkdtempSync(join(tmpdir(), "callboard-browser-"));
const servers = [];
let browser;
let failed = 0;
try {
  const sites = build([...new Set(chosen.map((one) => one.portal))], process.env.CALLBOARD ?? join(root, "target/debug/callboard"), root, work);
  const portals = {};
  for (const [name, dir] of Object.entries(sites)) {
    const server = await serve(dir);
    servers.push(server);
    portals[name] = { dir, url: server.url };
  }
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
  const queue = [...chosen];
  const worker = async () => {
    for (let one = queue.shift(); one; one = queue.shift()) {
      const started = performance.now();
      const reader = new Reader(one, portals[one.portal]);
      let faults;
      try {
        await reader.start(browser);
        await one.run(reader);
        faults = await reader.finish();
      } catch (error) {
        faults = [...new Set([error.message, ...reader.faults])];
        await reader.context?.close();
      }
      if (faults.length) failed += 1;
      console.log(`${faults.length ? "FAILED" : "ok    "} ${one.file}: ${one.name} (${seconds(started)})`);
      for (const fault of faults) console.log(`       ${fault.replaceAll("\n", "\n       ")}`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker));
} finally {
  await browser?.close();
  servers.forEach((server) => server.close());
  rmSync(work, { recursive: true, force: true });
}
console.log(`${chosen.length - failed} of ${chosen.length} browser scenarios passed in ${seconds(begun)}`);
process.exit(failed ? 1 : 0);
