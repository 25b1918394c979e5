// What a page of documentation does for those who read it.
import { assert, scenario } from "../harness.mjs";

const PAGE = "docs/default/component/callboard/guide/techdocs/";

scenario("a diagram is a picture with a name, and its source can be opened", { scripts: [true, false], themes: ["light", "dark"] }, async (reader) => {
  const page = await reader.open(PAGE);
  const picture = page.getByRole("img", { name: "Mermaid diagram" });
  await picture.scrollIntoViewIfNeeded();
  assert.match(await picture.textContent(), /Catalog/);
  const source = page.locator(".cb-source code");
  assert.equal(await source.isVisible(), false);
  await page.getByRole("button", { name: "Source", exact: true }).click();
  await source.waitFor({ state: "visible" });
  // axe waits for timers, which a page without scripts does not have.
  if (reader.case.script) await reader.accessible();
  await page.keyboard.press("Escape");
  await source.waitFor({ state: "hidden" });
});

scenario("a diagram is shown in full and goes back to its place", {}, async (reader) => {
  const page = await reader.open(PAGE);
  await page.getByRole("button", { name: "Enlarge" }).press("Enter");
  const dialog = page.getByRole("dialog", { name: "Mermaid diagram" });
  await dialog.locator("svg").waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  // What a dialog does when it closes comes after that it is gone.
  await page.locator(".cb-picture svg").waitFor();
  await page.locator("button:focus", { hasText: "Enlarge" }).waitFor();
  assert.equal(await page.locator(".cb-picture svg").count(), 1);
});

scenario("text size and width are remembered, and nothing moves on the next page", { sizes: ["desktop", "phone"] }, async (reader) => {
  const page = await reader.open(PAGE);
  await page.locator("#cb-comfort > summary").press("Enter");
  await reader.accessible();
  await page.getByLabel("Larger").check();
  await page.getByLabel("Wide").check();
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#cb-comfort[open]").count(), 0);
  await reader.open("docs/default/component/callboard/architecture/");
  assert.equal(await page.evaluate(() => parseFloat(getComputedStyle(document.documentElement).fontSize)), 20);
  await reader.fits();
  assert.ok(await page.getByLabel("Larger").isChecked());
});

scenario("the mark beside a heading copies its address", {}, async (reader) => {
  const page = await reader.open(PAGE);
  await page.locator("h2 .headerlink").first().press("Enter");
  await page.locator(".headerlink[data-done]").waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), reader.url(`${PAGE}#navigation`));
});
