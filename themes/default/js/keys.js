// Keys: a sheet that tells them all, ways to the main pages, and what an entity's page offers. They can be switched off.
"use strict";
{
const { $, make, kept } = callboard;
const link = (section) => $(`.cb-menu a[data-section="${section}"]`)?.href;
const KEYS = [
  ["/", "Search", null],
  ["Ctrl K", "Search from anywhere, in a field as well", null],
  ["?", "This sheet", () => sheet()],
  ["g h", "Go to the front page", () => follow($(".cb-brand")?.href)],
  ["g c", "Go to the catalog", () => follow(link("catalog"))],
  ["g d", "Go to the documentation", () => follow(link("docs"))],
  ["g g", "Go to the graph", () => follow(link("graph"))],
  ["g e", "Go to the health report", () => follow(link("health"))],
  ["f", "Filter the catalog", () => focus("#cb-filter-text")],
  ["s", "Star this entity", () => press(".cb-entity-head button[data-keep='starred']")],
  ["c", "Copy this entity's reference", () => press("#cb-copy-ref")],
  ["e", "Edit this page in its repository", () => follow($("a[data-edit], .cb-edit a")?.href)],
];
const follow = (url) => url && location.assign(url);
const focus = (selector) => $(selector)?.focus();
const press = (selector) => $(selector)?.click();
const off = () => kept("cb-keys") === "off";

let dialog;
function sheet() {
  if (!dialog) {
    dialog = make("dialog", { className: "cb-keys", ariaLabel: "Keyboard shortcuts" });
    const head = make("header", {});
    const close = make("button", { type: "button", className: "cb-button", textContent: "Close" });
    close.addEventListener("click", () => dialog.close());
    head.append(make("h2", { textContent: "Keyboard shortcuts" }), close);
    const rows = make("dl", {});
    for (const [keys, words] of KEYS) {
      const row = make("div", {});
      const key = make("dt", {});
      keys.split(" ").forEach((one, at) => key.append(at ? " " : "", make("kbd", { textContent: one })));
      row.append(key, make("dd", { textContent: words }));
      rows.append(row);
    }
    const label = make("label", {});
    const box = make("input", { type: "checkbox", checked: !off() });
    box.addEventListener("change", () => kept("cb-keys", box.checked ? null : "off"));
    label.append(box, " Single keys work (Ctrl K always does)");
    dialog.append(head, rows, label);
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    document.body.append(dialog);
  }
  dialog.showModal();
}

let before = "";
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || off() || $("dialog[open]")) return void (before = "");
  const pressed = before ? `${before} ${event.key}` : event.key;
  const found = KEYS.find(([keys, , run]) => run && keys === pressed);
  before = !before && event.key === "g" ? "g" : "";
  if (!found) return;
  event.preventDefault();
  found[2]();
});
const opener = $("#cb-keys-open");
if (opener) opener.addEventListener("click", sheet);
}
