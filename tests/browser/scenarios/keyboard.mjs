// What a reader does without a mouse.
import { assert, scenario } from "../harness.mjs";

scenario("the skip link leads to the content", {}, async (reader) => {
  const page = await reader.open("catalog/");
  await page.keyboard.press("Tab");
  assert.equal(await page.locator(":focus").innerText(), "Skip to the content");
  await page.keyboard.press("Enter");
  await page.locator("#cb-main:focus").waitFor();
});

scenario("the colours change and are remembered", { sizes: ["desktop", "phone"] }, async (reader) => {
  const page = await reader.open("");
  const button = page.locator("#cb-theme");
  await button.focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
  await reader.open("catalog/");
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
  await button.click();
  assert.equal(await page.locator("html").getAttribute("data-theme"), null);
});

scenario("everything on a page can be reached with Tab, and shows that it is", {}, async (reader) => {
  const page = await reader.open("catalog/default/component/booking-api/");
  const wanted = await page.evaluate(() => [...document.querySelectorAll("main a[href], main button, main summary")].filter((one) => one.checkVisibility()).length);
  const seen = new Set();
  for (let at = 0; at < wanted + 30; at += 1) {
    await page.keyboard.press("Tab");
    const found = await page.evaluate(() => {
      const one = document.activeElement;
      if (!one.closest("main")) return null;
      const style = getComputedStyle(one);
      return { index: [...document.querySelectorAll("*")].indexOf(one), outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1, html: one.outerHTML.slice(0, 120) };
    });
    if (!found) continue;
    assert.ok(found.outline, `no outline: ${found.html}`);
    seen.add(found.index);
  }
  assert.ok(seen.size >= wanted, `${seen.size} of ${wanted}`);
});

scenario("the reference of an entity is copied", {}, async (reader) => {
  const page = await reader.open("catalog/default/component/booking-api/");
  await page.getByRole("button", { name: "Copy the reference" }).press("Enter");
  await page.locator("#cb-copy-ref[data-done]").waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "component:default/booking-api");
});

scenario("the sheet of keys opens, tells them, and switches them off", {}, async (reader) => {
  const page = await reader.open("catalog/");
  await page.locator("#cb-list[data-ready]").waitFor();
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await sheet.waitFor();
  await reader.accessible();
  await sheet.getByRole("checkbox").uncheck();
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "hidden" });
  await page.keyboard.press("?");
  assert.equal(await sheet.isVisible(), false);
  await page.getByRole("button", { name: "Keyboard shortcuts" }).click();
  await sheet.getByRole("checkbox").check();
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await page.waitForURL(reader.url("docs/"));
});
