// What scenarios are written with: `scenario`, and the `reader` that each is given. `run.mjs` runs them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

export const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 }, narrow: { width: 320, height: 640 } };
export const scenarios = [];
// SLOWER=6 makes a machine and a line six times slower: what a scenario must not notice.
const SLOWER = Number(process.env.SLOWER ?? 1);

/**
 * Declares a scenario; each choice below makes a case of its own.
 * @param {string} name what a reader does and sees
 * @param {object} options
 *   portal: name of a portal in portals.mjs ("demo")
 *   sizes: of SIZES (["desktop"]); scripts: [true, false] for with and without JavaScript ([true]); themes: "light", "dark" (["light"])
 *   from: "root", "sub" (below a sub-path), "slow" (pages arrive in small parts), "file" (["root"]); media: what Playwright's `emulateMedia` takes
 *   only: statuses and messages that are no failure here: { status: [404] }
 * @param {(reader: Reader) => Promise<void>} run
 */
export function scenario(name, options, run) {
  const { portal = "demo", sizes = ["desktop"], scripts = [true], from = ["root"], themes = ["light"], ...rest } = options;
  for (const size of sizes)
    for (const script of scripts)
      for (const place of from)
        for (const theme of themes) {
          const case_ = { portal, size, script, place, theme, ...rest, run };
          const words = [];
          if (sizes.length > 1) words.push(size);
          if (scripts.length > 1) words.push(script ? "with scripts" : "without scripts");
          if (from.length > 1) words.push(`from ${place}`);
          if (themes.length > 1) words.push(theme);
          scenarios.push({ ...case_, name: words.length ? `${name} (${words.join(", ")})` : name });
        }
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// Told to the reader at the moment of each shift that no input of the reader caused.
const watchShifts = () => {
  const name = (node) => (node?.nodeType === 1 ? `${node.localName}.${node.className}` : (node?.nodeName ?? "?"));
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      if (!entry.hadRecentInput) window.cbShifted(entry.value, (entry.sources || []).map((source) => name(source.node)).join(", "));
  }).observe({ type: "layout-shift", buffered: true });
};

/** A person at a browser: opens pages of one portal, and remembers whatever went wrong on any of them. */
export class Reader {
  constructor(case_, portal) {
    this.case = case_;
    this.portal = portal;
    this.faults = [];
  }

  async start(browser) {
    this.context = await browser.newContext({
      viewport: SIZES[this.case.size],
      hasTouch: this.case.size !== "desktop",
      javaScriptEnabled: this.case.script,
      colorScheme: this.case.theme,
      reducedMotion: "reduce",
      permissions: this.case.place === "file" ? [] : ["clipboard-read", "clipboard-write"],
      ...this.case.media,
    });
    // Costs time only where a scenario fails; a loaded machine may take long.
    this.context.setDefaultTimeout(60_000);
    const own = this.case.place === "file" ? pathToFileURL(`${this.portal.dir}/`).href : new URL(this.portal.url).origin + "/";
    await this.context.route("**/*", (route) => {
      const url = route.request().url();
      if (url.startsWith(own) || url.startsWith("data:") || url.startsWith("blob:")) return route.continue();
      this.faults.push(`${this.where()} asks ${url}`);
      return route.abort();
    });
    if (this.case.script) {
      await this.context.exposeBinding("cbShifted", ({ page }, value, what) => {
        this.faults.push(`${page.url()} moves by ${value.toFixed(4)}: ${what}`);
      });
      await this.context.addInitScript(watchShifts);
    }
    this.page = await this.context.newPage();
    if (SLOWER > 1) await (await this.context.newCDPSession(this.page)).send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
    this.page.on("console", (message) => {
      if (message.type() === "error" && !this.case.expected?.test(message.text())) this.faults.push(`${this.where()} says ${message.text()}`);
    });
    this.page.on("pageerror", (error) => this.faults.push(`${this.where()} fails: ${error.message}`));
  }

  where() {
    return this.page?.url() ?? "the browser";
  }

  /** The address of a path from the portal's root, such as `catalog/`. */
  url(path) {
    if (this.case.place === "file") {
      const [, file, rest] = /^([^?#]*)(.*)$/.exec(path);
      return pathToFileURL(`${this.portal.dir}/`).href + (file === "" || file.endsWith("/") ? `${file}index.html` : file) + rest;
    }
    const place = SLOWER > 1 && this.case.place === "root" ? "slow" : this.case.place;
    return this.portal.url + ({ sub: "deep/portal/", slow: "slow/" }[place] ?? "") + path;
  }

  /** Opens a page; another status than `status` fails. Waits until its scripts have run. */
  async open(path, { status = 200 } = {}) {
    const response = await this.page.goto(this.url(path), { waitUntil: "load" });
    if (this.case.place !== "file") assert.equal(response.status(), status, path);
    return this.page;
  }

  /** Goes where a link leads, and waits for all of that page: a click alone waits for its first bytes. */
  async follow(link) {
    await Promise.all([this.page.waitForEvent("load"), link.click()]);
  }

  /** Fails if anything is wider than the window. */
  async fits() {
    // Without scripts of the page's own, too: this is asked from outside of the page.
    const { wide, window: room } = await this.page.evaluate(() => ({ wide: document.documentElement.scrollWidth, window: document.documentElement.clientWidth }));
    assert.ok(wide <= room, `${this.where()} is ${wide} pixels wide in a window of ${room}`);
  }

  /** Fails if axe finds anything against WCAG 2.2 AA or its own best practices, in light colours or in dark ones. */
  async accessible() {
    await this.page.evaluate(axeSource);
    const look = async (runOnly) => {
      const found = await this.page.evaluate((runOnly) => window.axe.run(document, { runOnly, resultTypes: ["violations"] }), runOnly);
      return found.violations.map((one) => `${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
    };
    const told = await look(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]);
    // The theme changes colours and nothing else.
    await this.page.emulateMedia({ colorScheme: "dark" });
    told.push(...(await look(["color-contrast", "link-in-text-block"])).map((one) => `dark: ${one}`));
    await this.page.emulateMedia({ colorScheme: this.case.theme });
    assert.deepEqual(told, [], `axe on ${this.where()}`);
  }

  /** The same page in a window of another size. */
  async resize(size) {
    await this.page.setViewportSize(SIZES[size]);
  }

  /** Waits for what a reader would see last, then gives all that went wrong. */
  async finish() {
    if (this.case.script && !this.page.isClosed())
      await this.page.evaluate(() => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)))).catch(() => {});
    await this.context.close();
    return this.faults;
  }
}

export { assert };
