// A portable site, read from a disk.
import { assert, scenario } from "../harness.mjs";

scenario("a reader finds from page to page", { portal: "portable", from: ["file", "sub"] }, async (reader) => {
  const page = await reader.open("");
  await reader.follow(page.getByRole("navigation", { name: "Portal" }).getByRole("link", { name: "Catalog" }));
  assert.match(page.url(), /catalog\/index\.html/);
  await reader.follow(page.getByRole("link", { name: "Engineering handbook", exact: true }).first());
  assert.match(page.url(), /component\/handbook\/index\.html/);
  await reader.follow(page.getByRole("link", { name: "Docs", exact: true }).last());
  assert.match(page.url(), /docs\/default\/[^?#]*\/index\.html/);
  await page.locator("#cb-theme").click();
  assert.equal(await page.locator("html").getAttribute("data-theme"), "light");
  await reader.follow(page.locator(".cb-brand"));
  assert.equal(page.url(), reader.url("index.html"));
});

scenario("no link of a page leads to a folder", { portal: "portable", from: ["file"], scripts: [false] }, async (reader) => {
  for (const path of ["", "catalog/", "catalog/default/system/booking/", "docs/default/component/callboard/", "graph/", "health/"]) {
    const page = await reader.open(path);
    const links = await page.locator("a[href], form[action]").evaluateAll((all) => all.map((one) => new URL(one.getAttribute("href") ?? one.getAttribute("action"), location.href).href));
    assert.ok(links.length > 5, path);
    assert.deepEqual(links.filter((url) => /^[^:?#]*\/([?#]|$)/.test(url)), [], path);
  }
});
