// Every type of page: it reads well for everybody, and fits into every window.
import { assert, scenario } from "../harness.mjs";

/** A page of each type of the demo portal. */
export const PAGES = {
  home: "",
  catalog: "catalog/",
  "list of a kind": "kinds/component/",
  component: "catalog/default/component/booking-api/",
  api: "catalog/default/api/booking/",
  "API definition": "catalog/default/api/booking/definition/",
  system: "catalog/default/system/booking/",
  group: "catalog/default/group/quayside/",
  user: "catalog/default/user/petra.novak/",
  "docs index": "docs/",
  "docs page": "docs/default/component/callboard/",
  tags: "tags/",
  graph: "graph/",
  health: "health/",
  search: "search/",
  about: "about/",
};

for (const [name, path] of Object.entries(PAGES)) {
  scenario(`${name}: axe finds nothing, and nothing is wider than a small phone`, {}, async (reader) => {
    await reader.open(path);
    await reader.accessible();
    await reader.resize("narrow");
    await reader.fits();
  });
}

scenario("every type of page opens without scripts", { scripts: [false], sizes: ["desktop", "phone"], from: ["sub"] }, async (reader) => {
  for (const path of Object.values(PAGES)) {
    const page = await reader.open(path);
    assert.equal(await page.locator("h1").count(), 1, path);
    assert.ok((await page.locator("main").innerText()).length > 60, path);
    await reader.fits();
  }
});

scenario("nothing moves while a page still arrives", { from: ["slow"], sizes: ["desktop", "phone"] }, async (reader) => {
  for (const path of [...Object.values(PAGES), "docs/default/component/callboard/guide/techdocs/", "docs/default/component/callboard/architecture/"]) await reader.open(path);
});

scenario("an address that is not there shows the way", { expected: /404/ }, async (reader) => {
  const page = await reader.open("no/such/page/", { status: 404 });
  await reader.follow(page.getByRole("link", { name: "front page" }));
  // This page alone does not know where it stands, so its links begin at the host.
  assert.equal(new URL(page.url()).pathname, "/");
});

scenario("an empty portal says what to do", { portal: "empty" }, async (reader) => {
  for (const path of ["", "catalog/", "docs/", "tags/", "graph/", "health/", "search/", "about/"]) {
    const page = await reader.open(path);
    assert.equal(await page.locator("h1").count(), 1, path);
    await reader.accessible();
    await reader.resize("narrow");
    await reader.fits();
    await reader.resize("desktop");
  }
});
