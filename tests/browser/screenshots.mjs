// Makes the pictures of the guide's pages about bundled plugins again, from the demo portal: node tests/browser/screenshots.mjs
//   CALLBOARD  the program (target/debug/callboard);  CHROMIUM  the browser (/usr/bin/chromium)
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build } from "./portals.mjs";
import { serve } from "./server.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const images = join(root, "content/callboard/docs/guide/bundled/img");

const component = (name) => `catalog/default/component/${name}/`;
/** Where each plugin is seen: a page, and the heading of a card on it; without one, all that a plugin shows on a page of its own. */
const SHOTS = {
  allure: [component("customs-export"), "Quality"],
  announcements: ["plugins/announcements/"],
  "argo-cd": [component("booking-api"), "Argo CD"],
  "azure-devops": [component("crane-planner"), "Source code"],
  bitbucket: [component("customs-export"), "Source code"],
  buildkite: [component("customs-export"), "Build and delivery"],
  circleci: [component("freight-desk"), "CircleCI"],
  "code-coverage": [component("fares"), "Code coverage"],
  cost: [component("booking-api"), "Cost"],
  datadog: [component("freight-desk"), "Observability"],
  github: [`${component("freight-desk")}github-actions/`],
  gitlab: [`${component("booking-api")}gitlab-pipelines/`],
  gocd: [component("customs-export"), "Facts"],
  grafana: [component("vessel-gateway"), "Dashboards"],
  jenkins: [component("booking-api"), "Jenkins builds"],
  jira: ["catalog/default/system/booking/", "Source code"],
  kiali: [component("crane-planner"), "Facts"],
  kubernetes: [component("vessel-gateway"), "Workloads in the cluster"],
  lighthouse: [component("booking-web"), "Lighthouse"],
  linguist: [component("freight-desk"), "Facts"],
  matomo: [component("freight-desk"), "Observability"],
  "new-relic": [component("crane-planner"), "Observability"],
  opsgenie: [component("crane-planner"), "On call"],
  pagerduty: [component("vessel-gateway"), "On call"],
  periskop: [component("crane-planner"), "Observability"],
  prometheus: [component("timetable"), "Facts"],
  quay: [component("crane-planner"), "Deployment"],
  rollbar: [component("freight-desk"), "Observability"],
  security: [component("vessel-gateway"), "Security"],
  sentry: [component("booking-api"), "Unresolved errors"],
  snyk: [component("freight-desk"), "Quality"],
  sonarqube: [component("delay-planner"), "SonarQube"],
  spinnaker: [component("crane-planner"), "Spinnaker pipelines"],
  "tech-radar": ["plugins/tech-radar/"],
  todo: [`${component("booking-web")}todo/`],
  "travis-ci": [component("freight-desk"), "Build and delivery"],
  vault: [component("booking-api"), "Deployment"],
};

const work = mkdtempSync(join(tmpdir(), "callboard-screenshots-"));
const sites = build(["demo"], process.env.CALLBOARD ?? join(root, "target/debug/callboard"), root, work);
const server = await serve(sites.demo);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--headless", "--no-sandbox", "--disable-gpu"] });
try {
  const page = await browser.newPage({ viewport: { width: 640, height: 900 }, reducedMotion: "reduce" });
  for (const [name, [path, heading]] of Object.entries(SHOTS)) {
    await page.goto(server.url + path);
    // Of a card with the same heading as a group of links, the one with what plugins show.
    const cards = page.locator(".cb-card").filter({ has: page.getByRole("heading", { name: heading ?? "", exact: true, level: 2 }) });
    const shown = cards.filter({ has: page.locator(".cb-plugin") });
    const target = heading === undefined ? page.locator(".cb-plugin").first() : (await shown.count()) ? shown.first() : cards.first();
    await target.screenshot({ path: join(images, `${name}.png`) });
  }
} finally {
  await browser.close();
  server.close();
  rmSync(work, { recursive: true });
}
// Pages say how large their pictures are, so that nothing moves when these come: a PNG has its size in front.
for (const name of readdirSync(dirname(images)).filter((name) => name.endsWith(".md"))) {
  const page = join(dirname(images), name);
  const sized = readFileSync(page, "utf8").replace(/\((img\/[^)]*)\)\{[^}]*\}/g, (_, path) => {
    const picture = readFileSync(join(dirname(images), path));
    return `(${path}){ width="${picture.readUInt32BE(16)}" height="${picture.readUInt32BE(20)}" }`;
  });
  writeFileSync(page, sized);
}
const size = readdirSync(images).reduce((sum, name) => sum + statSync(join(images, name)).size, 0);
console.log(`${Object.keys(SHOTS).length} pictures, ${Math.round(size / 1024)} KB`);
