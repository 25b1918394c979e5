// What a reader keeps in this browser: starred entities, teams, and what was read last. Nothing of it leaves the browser.
"use strict";
{
const { $, $$, make, kept } = callboard;
const root = document.documentElement.dataset.root;
const disk = location.protocol === "file:";
const LONGEST = 200;

const list = (what) => {
  try {
    const found = JSON.parse(kept(`cb-${what}`) || "[]");
    return Array.isArray(found) ? found.filter((one) => one && typeof one.ref === "string" && typeof one.url === "string") : [];
  } catch {
    return [];
  }
};
const keep = (what, items) => {
  kept(`cb-${what}`, items.length ? JSON.stringify(items.slice(0, LONGEST)) : null);
  document.dispatchEvent(new CustomEvent("cb-mine", { detail: what }));
};
const has = (what, ref) => list(what).some((one) => one.ref === ref);
const small = ({ ref, title, url, kind }) => ({ ref, title, url, kind });
const toggle = (what, item) => {
  const others = list(what).filter((one) => one.ref !== item.ref);
  keep(what, has(what, item.ref) ? others : [small(item), ...others]);
};

// A button that has the entity in its `data-` attributes, as templates write it.
function mark(button) {
  const what = button.dataset.keep;
  button.setAttribute("aria-pressed", has(what, button.dataset.ref));
}
function button(entry) {
  const star = make("button", { type: "button", className: "cb-star", title: `Star ${entry.title}`, ariaLabel: `Star ${entry.title}` });
  Object.assign(star.dataset, { keep: "starred", ...small(entry) });
  star.append(make("span", { className: "cb-icon cb-icon-star", ariaHidden: "true" }));
  mark(star);
  return star;
}
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button[data-keep]");
  if (button) toggle(button.dataset.keep, button.dataset);
});
const markAll = () => $$("button[data-keep]").forEach(mark);
document.addEventListener("cb-mine", markAll);
// Another tab has changed something.
addEventListener("storage", (event) => event.key?.startsWith("cb-") && document.dispatchEvent(new CustomEvent("cb-mine")));
markAll();

// What is read last comes first; a page says what it is about.
const here = $("[data-recent]");
if (here) {
  const item = { ref: here.dataset.recent, title: here.dataset.title, url: here.dataset.url, kind: here.dataset.kind };
  kept("cb-recent", JSON.stringify([item, ...list("recent").filter((one) => one.ref !== item.ref)].slice(0, 12)));
}

// The front page shows all three; the boot script has made room for them.
const home = $("#cb-mine");
if (home) {
  const draw = () => {
    const groups = [["teams", "My teams"], ["starred", "Starred"], ["recent", "Recent"]];
    home.replaceChildren(
      ...groups.flatMap(([what, heading]) => {
        const items = list(what).slice(0, 8);
        if (!items.length) return [];
        const group = make("section", { className: "cb-mine-group" });
        const chips = make("ul", { className: "cb-chips" });
        for (const item of items) {
          const entry = make("li", {});
          const link = make("a", { className: "cb-chip", title: item.ref });
          // Only pages of this portal: what is stored is text like any other.
          link.href = root + String(item.url).replace(/^[a-z+.-]*:|^\/+/gi, "") + (disk && item.url.endsWith("/") ? "index.html" : "");
          link.append(make("span", { className: `cb-icon cb-icon-kind-${/^[a-z]+$/.test(item.kind) ? item.kind : "other"}`, ariaHidden: "true" }), make("span", { textContent: item.title }));
          entry.append(link);
          chips.append(entry);
        }
        group.append(make("h2", { textContent: heading }), chips);
        return [group];
      }),
    );
  };
  draw();
  document.addEventListener("cb-mine", draw);
}
callboard.mine = { list, has, toggle, button };
}
