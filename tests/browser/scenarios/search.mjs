// What a reader finds, and how.
import { assert, scenario } from "../harness.mjs";

const palette = (page) => page.locator("dialog.cb-palette");
const input = (page) => page.getByRole("combobox", { name: "Search" });
const options = (page) => page.getByRole("option");
const chosen = (page) => page.locator('[role=option][aria-selected="true"]');

async function openPalette(page) {
  await page.keyboard.press("Control+k");
  await input(page).waitFor();
}

async function ask(page, words) {
  await input(page).fill(words);
  await chosen(page).waitFor();
}

scenario("the palette opens, is walked with the arrows, and gives the focus back", { from: ["root", "sub"] }, async (reader) => {
  const page = await reader.open("catalog/");
  await page.locator("#cb-theme").focus();
  await page.keyboard.press("/");
  await input(page).waitFor();
  assert.equal(await input(page).getAttribute("aria-expanded"), "false");
  await ask(page, "booking");
  assert.equal(await input(page).getAttribute("aria-expanded"), "true");
  assert.equal(await input(page).getAttribute("aria-controls"), await page.getByRole("listbox").getAttribute("id"));
  const active = () => input(page).getAttribute("aria-activedescendant");
  const first = await active();
  assert.equal(first, await chosen(page).getAttribute("id"));
  await page.keyboard.press("ArrowDown");
  assert.notEqual(await active(), first);
  assert.equal(await chosen(page).count(), 1);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  assert.equal(await chosen(page).getAttribute("id"), await options(page).last().getAttribute("id"));
  await page.keyboard.press("ArrowDown");
  assert.equal(await active(), first);
  // Every option has a name; those of one page are a group with its title.
  for (const name of await page.locator("[role=listbox] [role=group]").evaluateAll((groups) => groups.map((group) => group.getAttribute("aria-label")))) assert.ok(name);
  await page.locator(".cb-palette-status").getByText(/\d+ sections? found/).waitFor();
  await page.keyboard.press("Escape");
  assert.equal(await input(page).inputValue(), "");
  await page.keyboard.press("Escape");
  await palette(page).waitFor({ state: "hidden" });
  assert.equal(await page.locator(":focus").getAttribute("id"), "cb-theme");
});

scenario("a name leads to its entity", {}, async (reader) => {
  const page = await reader.open("");
  await openPalette(page);
  await ask(page, "booking-api");
  await page.keyboard.press("Enter");
  await page.waitForURL(/catalog\/default\/component\/booking-api\//);
});

scenario("found words are marked on the page that a result leads to", {}, async (reader) => {
  const page = await reader.open("");
  await openPalette(page);
  await ask(page, "kind:docs sailings");
  await page.locator("[aria-selected=true] mark").first().waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/docs\//);
  await page.locator("main mark").first().waitFor();
  assert.match(await page.locator("main mark").first().innerText(), /^sailing/i);
  await page.waitForURL((url) => !url.searchParams.has("hl"));
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("main mark").count(), 0);
});

scenario("a page of documentation can be searched alone", {}, async (reader) => {
  const page = await reader.open("docs/default/component/callboard/");
  await openPalette(page);
  const chip = page.getByRole("button", { name: /^In / });
  assert.equal(await chip.getAttribute("aria-pressed"), "true");
  await ask(page, "entities");
  const paths = await page.locator(".cb-palette-path").allInnerTexts();
  assert.ok(paths.length && paths.every((path) => path.startsWith("Callboard")), paths.join(" | "));
  await chip.click();
  assert.equal(await chip.getAttribute("aria-pressed"), "false");
  assert.equal(await page.locator(":focus").getAttribute("role"), "combobox");
});

scenario("a slip of the finger is understood, also in the first letter", {}, async (reader) => {
  const page = await reader.open("");
  await openPalette(page);
  for (const [typed, meant] of [["sialings", "sailings"], ["zailings", "sailings"], ["ailings", "sailings"]]) {
    await input(page).fill(typed);
    await page.locator(".cb-palette-note").getByRole("button", { name: meant, exact: true }).waitFor();
  }
  await page.locator(".cb-palette-note button").click();
  assert.equal(await input(page).inputValue(), "sailings");
  assert.equal(await page.locator(":focus").getAttribute("role"), "combobox");
});

scenario("recent searches are offered, and forgotten when asked", {}, async (reader) => {
  const page = await reader.open("");
  await openPalette(page);
  await ask(page, "booking");
  await page.keyboard.press("Enter");
  await page.waitForURL(/booking/);
  await openPalette(page);
  await page.getByRole("option", { name: "booking", exact: true }).waitFor();
  await page.getByRole("button", { name: "Clear recent searches" }).click();
  await options(page).first().waitFor({ state: "detached" });
});

scenario("nothing found is said, and the way out", {}, async (reader) => {
  const page = await reader.open("");
  await openPalette(page);
  await input(page).fill("xyzzyplugh");
  await page.getByText("Try fewer or other words.").waitFor();
  assert.equal(await input(page).getAttribute("aria-expanded"), "false");
});

scenario("the search page filters by facets with names for people", { sizes: ["desktop", "phone"] }, async (reader) => {
  const page = await reader.open("search/?q=booking");
  await page.locator(".cb-search-results article").first().waitFor();
  const facets = page.getByRole("group", { name: "Filters" });
  await facets.getByText("Entity kind", { exact: true }).waitFor();
  const api = facets.getByRole("button", { name: /^API \d/ });
  await api.click();
  await page.waitForURL(/kind%3Aapi/);
  await facets.locator("[aria-pressed=true]").waitFor();
  assert.match(await page.locator(":focus").innerText(), /^API/);
  const kinds = () => page.locator(".cb-search-results .cb-search-kind").allInnerTexts();
  assert.ok((await kinds()).every((kind) => kind === "API"));
  assert.ok(!(await facets.innerText()).includes("group:default/"));
  await facets.locator("[aria-pressed=true]").click();
  await page.waitForURL((url) => !url.search.includes("kind"));
  await page.goBack();
  await page.waitForURL(/kind%3Aapi/);
  await reader.fits();
});

scenario("search is accessible", {}, async (reader) => {
  const page = await reader.open("search/?q=booking");
  await page.locator(".cb-search-hits p").first().waitFor();
  await page.locator(".cb-search-facets button").first().waitFor();
  await reader.accessible();
  await openPalette(page);
  await ask(page, "booking");
  await page.locator("[role=option] mark").first().waitFor();
  await reader.accessible();
});

scenario("search without scripts leads to the lists", { scripts: [false] }, async (reader) => {
  const page = await reader.open("search/");
  assert.match(await page.locator("main").innerText(), /needs JavaScript/);
  assert.ok((await page.locator("main a[href]").count()) > 3);
});

scenario("search goes on when the site was published anew", { expected: /404/ }, async (reader) => {
  const page = await reader.open("");
  let asked = 0;
  await page.route("**/search/latest.json", async (route) => {
    const response = await route.fetch();
    const manifest = await response.json();
    await route.fulfill({ response, json: asked++ ? manifest : { ...manifest, gen: "gone", bm: manifest.bm.replace(/./g, "-") } });
  });
  await openPalette(page);
  await ask(page, "booking");
  assert.equal(asked, 2);
});

scenario("a failing network is told, and asked again", { expected: /Failed to load resource/ }, async (reader) => {
  const page = await reader.open("");
  await page.route("**/search/latest.json", (route) => route.abort());
  await openPalette(page);
  await input(page).fill("booking");
  const again = page.getByRole("button", { name: "Try again" });
  await again.waitFor();
  await page.unroute("**/search/latest.json");
  await again.click();
  await chosen(page).waitFor();
});

scenario("search works from a disk", { portal: "portable", from: ["file"] }, async (reader) => {
  const page = await reader.open("");
  await openPalette(page);
  await ask(page, "kind:docs sailings");
  await page.locator("[aria-selected=true] mark").first().waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/docs\/.*\/index\.html/);
  await page.locator("main mark").first().waitFor();
  await reader.open("");
  await openPalette(page);
  await input(page).fill("zailings");
  await page.getByRole("button", { name: "sailings", exact: true }).waitFor();
  await input(page).fill("bookign");
  await page.locator(".cb-palette-all").click();
  await page.waitForURL(/search\/index\.html\?q=bookign/);
  await page.locator(".cb-search-results article").first().waitFor();
  await page.locator(".cb-search-facets button").first().click();
  await page.locator(".cb-search-facets [aria-pressed=true]").waitFor();
});
