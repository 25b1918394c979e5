// Drawings of relations: every box a link, zoom and pan by mouse and keys, the legend as a filter.
import { assert, scenario } from "../harness.mjs";

const width = (page) => page.locator(".cb-graph svg").evaluate((svg) => Math.round(svg.getBoundingClientRect().width));

scenario("a drawing grows, shrinks and moves", { sizes: ["desktop", "phone"] }, async (reader) => {
  const page = await reader.open("graph/");
  const box = page.locator(".cb-graph");
  const before = await width(page);
  await page.getByRole("button", { name: "Larger" }).click();
  const larger = await width(page);
  assert.ok(larger > before);
  await box.focus();
  await page.keyboard.press("-");
  assert.ok(Math.abs((await width(page)) - before) <= 1);
  await page.keyboard.press("+");
  await page.keyboard.press("+");
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => document.querySelector(".cb-graph").scrollLeft > 0);
  await page.keyboard.press("0");
  const room = await box.evaluate((one) => one.clientWidth);
  assert.ok((await width(page)) <= room);
  await reader.fits();
});

scenario("a mouse drags the drawing, and a drag opens nothing", {}, async (reader) => {
  const page = await reader.open("graph/");
  await page.getByRole("button", { name: "Larger" }).click({ clickCount: 4 });
  const box = page.locator(".cb-graph");
  const link = page.locator(".cb-graph-box").first();
  await link.scrollIntoViewIfNeeded();
  const before = await box.evaluate((one) => [one.scrollLeft, one.scrollTop]);
  const place = await link.boundingBox();
  await page.mouse.move(place.x + 40, place.y + 10);
  await page.mouse.down();
  await page.mouse.move(place.x - 60, place.y - 40, { steps: 4 });
  await page.mouse.up();
  assert.notDeepEqual(await box.evaluate((one) => [one.scrollLeft, one.scrollTop]), before);
  assert.equal(page.url(), reader.url("graph/"));
});

scenario("the legend fades kinds and relations", {}, async (reader) => {
  const page = await reader.open("graph/");
  assert.equal(await page.locator(".cb-off").count(), 0);
  const kind = page.locator(".cb-legend button[data-kind='component']");
  await kind.press("Enter");
  assert.equal(await kind.getAttribute("aria-pressed"), "false");
  assert.equal(await page.locator(".cb-graph-box.cb-kind-component:not(.cb-off)").count(), 0);
  assert.ok((await page.locator(".cb-graph-box:not(.cb-off)").count()) > 0);
  await kind.press("Enter");
  assert.equal(await page.locator(".cb-off").count(), 0);
  await page.locator(".cb-legend button[data-relation='depends on']").click();
  assert.ok((await page.locator(".cb-graph-arrow.cb-off").count()) > 0);
});

scenario("a drawing can be read without scripts and on a phone", { scripts: [false], sizes: ["phone"] }, async (reader) => {
  const page = await reader.open("graph/");
  await reader.fits();
  const size = await page.locator(".cb-graph-box text").first().evaluate((text) => text.getBoundingClientRect().height);
  assert.ok(size >= 12, `${size} pixels`);
  assert.equal(await page.getByRole("button", { name: "Larger" }).isVisible(), false);
  await reader.follow(page.locator(".cb-graph-box").first());
  assert.match(page.url(), /catalog\//);
});
