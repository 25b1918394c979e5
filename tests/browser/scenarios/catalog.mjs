// The catalog's lists: facets, words, order, pages, export, stars.
import { readFileSync } from "node:fs";
import { assert, scenario } from "../harness.mjs";

const count = (page) => page.locator("#cb-list-count").innerText();
const names = (page) => page.locator("#cb-list tbody th .cb-name").allInnerTexts();
const ready = (page) => page.locator("#cb-list[data-ready]").waitFor();

scenario("facets narrow each other, stand in the address, and go back", { from: ["root", "sub"], sizes: ["desktop", "phone"] }, async (reader) => {
  const page = await reader.open("catalog/");
  await ready(page);
  if (reader.case.size === "phone") await page.getByRole("button", { name: "Filters" }).click();
  const all = (await names(page)).length;
  await page.getByLabel("Owner").selectOption("group:default/quayside");
  await page.waitForURL(/owner=group/);
  const owned = (await names(page)).length;
  assert.ok(owned > 0 && owned < all, `${owned} of ${all}`);
  assert.equal(await count(page), `${owned} found`);
  await page.getByLabel("Lifecycle").selectOption({ index: 1 });
  await page.waitForURL(/lifecycle=/);
  assert.ok((await names(page)).length <= owned);
  await page.goBack();
  await page.waitForURL((url) => !url.search.includes("lifecycle"));
  assert.equal((await names(page)).length, owned);
  await page.goBack();
  await page.waitForURL((url) => url.search === "");
  assert.equal((await names(page)).length, all);
});

scenario("an address with filters shows what it says, without moving", { portal: "large", sizes: ["desktop", "phone"] }, async (reader) => {
  const page = await reader.open("catalog/?kind=api&owner=group%3Adefault%2Fteam-5&sort=-name");
  await ready(page);
  const shown = await names(page);
  assert.ok(shown.length > 20 && shown.every((name) => name.startsWith("Part ")), shown.join());
  assert.deepEqual(shown, [...shown].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? 1 : -1)));
  assert.match(await count(page), new RegExp(`^${shown.length} found`));
  await reader.resize("narrow");
  await reader.fits();
});

scenario("words, kinds and pages, by keyboard", { portal: "large" }, async (reader) => {
  const page = await reader.open("catalog/");
  await ready(page);
  await page.keyboard.press("f");
  await page.keyboard.type("number 12");
  await page.waitForURL(/q=number/);
  assert.equal(await page.locator(":focus").getAttribute("id"), "cb-filter-text");
  const found = parseInt((await count(page)).replace(/\s/g, ""), 10);
  assert.ok(found > 20 && found < 2500, String(found));
  await page.getByRole("navigation", { name: "Kinds" }).getByRole("link", { name: /^APIs/ }).press("Enter");
  await page.waitForURL(/kinds\/api\/\?q=number/);
  await ready(page);
  const apis = await page.locator("#cb-list tbody tr").count();
  assert.ok(apis > 5 && apis < found);
  await reader.open("catalog/");
  await ready(page);
  await page.getByLabel("Type").selectOption("service");
  await page.getByRole("link", { name: "Next", exact: true }).press("Enter");
  await page.waitForURL(/page=2/);
  assert.equal(await page.locator("#cb-list tbody tr").count(), 100);
  assert.equal(await page.locator('.cb-pager [aria-current="page"]').innerText(), "2");
});

scenario("columns sort and say so", { portal: "large" }, async (reader) => {
  const page = await reader.open("kinds/component/");
  await ready(page);
  const owner = page.getByRole("button", { name: "Owner" });
  await owner.click();
  assert.equal(await page.locator('th[data-key="owner"]').getAttribute("aria-sort"), "ascending");
  const first = await page.locator("#cb-list tbody tr td[data-label='Owner']").first().innerText();
  assert.equal(first.trim(), "Team 1");
  await owner.press("Enter");
  assert.equal(await page.locator('th[data-key="owner"]').getAttribute("aria-sort"), "descending");
  await page.waitForURL(/sort=-owner/);
  assert.equal((await page.locator("#cb-list tbody tr td[data-label='Owner']").first().innerText()).trim(), "Team 39");
});

scenario("rows that the script makes are those of the page", {}, async (reader) => {
  const page = await reader.open("catalog/");
  await ready(page);
  const html = () => page.locator("#cb-list tbody").evaluate((body) => [...body.rows].map((row) => [...row.cells].map((cell) => [cell.className, cell.dataset.label ?? "", cell.innerText.trim().replace(/\s+/g, " "), ...[...cell.querySelectorAll("a, button, span")].map((one) => `${one.className} ${one.getAttribute("href") ? one.href : ""}`)].join("|"))));
  const before = await html();
  await page.getByRole("button", { name: "Name" }).click();
  await page.waitForURL(/sort=-name/);
  await page.getByRole("button", { name: "Name" }).click();
  await page.waitForURL((url) => url.search === "");
  assert.deepEqual(await html(), before);
});

scenario("counts of a team lead to what they count", { from: ["root", "file"], portal: "portable" }, async (reader) => {
  const page = await reader.open("catalog/default/group/skerry-lines/");
  const link = page.getByRole("row", { name: /^Components/ }).getByRole("link");
  const told = await link.innerText();
  await reader.follow(link);
  await ready(page);
  assert.ok(page.url().split("owner=").length > 3, page.url());
  assert.match(await count(page), new RegExp(`^${told} found`));
  assert.match(await page.locator("select[name=owner]").evaluate((select) => select.selectedOptions[0].textContent), new RegExp(`and \\d more \\(${told}\\)$`));
  await page.locator("select[name=owner]").selectOption("group:default/quayside");
  await page.waitForURL((url) => url.searchParams.getAll("owner").join() === "group:default/quayside");
});

scenario("nothing found tells which filter to clear", {}, async (reader) => {
  const page = await reader.open("catalog/?owner=group%3Adefault%2Fquayside&q=nothing+has+these+words");
  await page.getByText("No entity passes all filters").waitFor();
  await reader.accessible();
  await page.getByRole("button", { name: /^Clear text/ }).click();
  await page.waitForURL((url) => !url.search.includes("q="));
  assert.ok((await names(page)).length > 0);
});

scenario("what is shown is exported", { from: ["root", "file"], portal: "portable" }, async (reader) => {
  const page = await reader.open("catalog/?lifecycle=experimental");
  await ready(page);
  const shown = await names(page);
  const saved = async (name) => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name, exact: true }).click()]);
    return readFileSync(await download.path(), "utf8");
  };
  assert.deepEqual(JSON.parse(await saved("JSON")).map((one) => one.title), shown);
  const csv = (await saved("CSV")).trimEnd().split("\r\n");
  assert.equal(csv.length, shown.length + 1);
  assert.match(csv[0], /^kind,namespace,name,title,owner/);
});

scenario("without scripts every entity is on some page, and the whole catalog is a file", { portal: "large", scripts: [false] }, async (reader) => {
  const page = await reader.open("catalog/");
  assert.equal((await names(page)).length, 100);
  await reader.follow(page.getByRole("link", { name: "Next" }));
  assert.equal((await names(page)).length, 100);
  assert.equal(await page.locator("#cb-filters").isVisible(), false);
  const href = await page.getByRole("link", { name: "CSV" }).getAttribute("href");
  const csv = await page.context().request.get(new URL(href, page.url()).href);
  assert.equal((await csv.text()).trimEnd().split("\r\n").length, 2501);
});

scenario("stars, teams and what was read are on the front page", { sizes: ["desktop", "phone"] }, async (reader) => {
  const page = await reader.open("catalog/default/group/quayside/");
  await page.getByRole("button", { name: "My team" }).click();
  await reader.open("catalog/default/component/booking-api/");
  await page.keyboard.press("s");
  assert.equal(await page.getByRole("button", { name: "Star", exact: true }).getAttribute("aria-pressed"), "true");
  await reader.open("");
  for (const [group, name] of [["My teams", "Quayside"], ["Starred", "Booking API"], ["Recent", "Booking API"]])
    await page.locator(".cb-mine-group", { has: page.getByRole("heading", { name: group }) }).getByRole("link", { name }).waitFor();
  await reader.accessible();
  await reader.fits();
  await reader.open("catalog/?show=starred");
  await ready(page);
  assert.deepEqual(await names(page), ["Booking API"]);
  await page.getByRole("button", { name: "Star Booking API" }).click();
  await page.getByText("No entity passes all filters").waitFor();
  await reader.open("catalog/?show=mine");
  await ready(page);
  assert.ok((await names(page)).length > 1);
});

scenario("a large catalog is ready soon after its data", { portal: "large" }, async (reader) => {
  const page = await reader.open("catalog/?type=service&sort=owner");
  await ready(page);
  const [measure] = await page.evaluate(() => performance.getEntriesByName("cb-catalog-ready").map((one) => one.duration));
  // No limit in a test that shares its machine: the figure is for people.
  console.log(`       (${Math.round(measure)} ms from data to rows)`);
});
