// What makes a finished page handier: colours, tables, copying, contents, tabs, pictures. Every page is complete without it.
"use strict";
// A block: from a disk this is a plain script, whose names would be those of the window.
{
const $ = (selector, from = document) => from.querySelector(selector);
const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
const make = (tag, attributes) => Object.assign(document.createElement(tag), attributes);
// Storage may be forbidden: then nothing is remembered.
const kept = (name, value, store = "localStorage") => {
  try {
    if (value === undefined) return window[store].getItem(name);
    value === null ? window[store].removeItem(name) : window[store].setItem(name, value);
  } catch {}
};
// For the scripts behind this one.
globalThis.callboard = { $, $$, make, kept };

function theme() {
  const button = $("#cb-theme");
  if (!button) return;
  const root = document.documentElement;
  const order = { system: "light", light: "dark", dark: "system" };
  const icon = $(".cb-icon", button);
  const show = () => {
    const now = root.dataset.theme || "system";
    icon.className = "cb-icon cb-icon-" + { system: "contrast", light: "sun", dark: "moon" }[now];
    button.title = $(".cb-hidden", button).textContent = `Colours: ${now}. Change to ${order[now]}`;
  };
  button.addEventListener("click", () => {
    const next = order[root.dataset.theme || "system"];
    if (next === "system") delete root.dataset.theme;
    else root.dataset.theme = next;
    kept("cb-theme", next === "system" ? null : next);
    show();
  });
  show();
}

function sorting(table) {
  const body = table.tBodies[0];
  if (!body || body.rows.length < 2) return;
  const compare = new Intl.Collator(document.documentElement.lang || "en", { numeric: true }).compare;
  const heads = [...table.tHead.rows[0].cells];
  const text = (row, at) => row.cells[at].textContent.replace(/[\u202f\s]+/g, (space) => (space === "\u202f" ? "" : " ")).trim();
  heads.forEach((head, at) => {
    const button = make("button", { type: "button" });
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      // Numbers begin with the greatest, words with A; a second click turns that round.
      const first = head.classList.contains("cb-number") ? "descending" : "ascending";
      const other = first === "ascending" ? "descending" : "ascending";
      const way = head.getAttribute("aria-sort") === first ? other : first;
      heads.forEach((one) => one.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", way);
      const turn = way === "ascending" ? 1 : -1;
      const rows = [...body.rows].map((row) => [text(row, at), row]);
      // Empty cells stay last either way.
      rows.sort(([a], [b]) => (a === "") - (b === "") || turn * compare(a, b));
      body.append(...rows.map(([, row]) => row));
    });
  });
}

function copying() {
  const copies = (button, element, text) => {
    const label = button.title;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text());
      } catch {
        // No leave to write there, or no safe connection: what is selected can be copied by hand.
        getSelection().selectAllChildren(element);
        return;
      }
      button.dataset.done = "";
      button.ariaLabel = button.title = "Copied";
      setTimeout(() => {
        delete button.dataset.done;
        button.ariaLabel = button.title = label;
      }, 1500);
    });
  };
  for (const block of $$(".cb-code:not(.no-copy)")) {
    const code = $("code", block);
    // Prompts of a shell are not part of the command.
    const text = () => {
      const copy = code.cloneNode(true);
      $$(".h-p", copy).forEach((prompt) => prompt.remove());
      return copy.textContent.replace(/\n$/, "");
    };
    if (!code) continue;
    const button = make("button", { type: "button", className: "cb-copy", title: "Copy the code", ariaLabel: "Copy the code" });
    copies(button, code, text);
    block.append(button);
  }
  const reference = $("#cb-ref");
  if (reference) copies($("#cb-copy-ref"), reference, () => reference.textContent);
}

function contents() {
  const links = new Map($$(".cb-contents a").map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
  const heads = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  if (!heads.length) return;
  let current;
  let asked = false;
  const look = () => {
    asked = false;
    const line = Math.min(innerHeight / 4, 160);
    const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
    let found = atEnd && scrollY > 0 ? heads.at(-1) : heads[0];
    if (!atEnd) for (const head of heads) if (head.getBoundingClientRect().top <= line) found = head;
    const link = links.get(found.id);
    if (link === current) return;
    current?.removeAttribute("aria-current");
    (current = link).setAttribute("aria-current", "location");
    const box = $(".cb-contents");
    const top = link.offsetTop - box.offsetTop;
    if (top < box.scrollTop || top > box.scrollTop + box.clientHeight - 80) box.scrollTop = top - box.clientHeight / 2;
  };
  const ask = () => asked || ((asked = true), requestAnimationFrame(look));
  addEventListener("scroll", ask, { passive: true });
  addEventListener("resize", ask);
  look();
}

function navigation() {
  const box = $("#cb-nav");
  if (!box) return;
  // Beside the text it is always open; above the text it is as the reader left it in this visit.
  const wide = matchMedia("(min-width: 64rem)");
  const set = () => (box.open = wide.matches || kept("cb-nav", undefined, "sessionStorage") === "open");
  wide.addEventListener("change", set);
  set();
  box.addEventListener("toggle", () => wide.matches || kept("cb-nav", box.open ? "open" : null, "sessionStorage"));
  const current = $('[aria-current="page"]', box);
  if (!wide.matches || !current) return;
  const top = current.getBoundingClientRect().top - box.getBoundingClientRect().top;
  if (top > box.clientHeight - 80) box.scrollTop = top - box.clientHeight / 3;
}

function tabs() {
  const sets = $$(".tabbed-set").map((set) => {
    const labels = $$(":scope > .tabbed-labels > label", set);
    return labels.map((label) => [label.textContent.trim().toLowerCase(), document.getElementById(label.htmlFor)]);
  });
  const choose = (word) => {
    for (const set of sets) for (const [label, input] of set) if (label === word && input) input.checked = true;
  };
  let words = [];
  try {
    words = JSON.parse(kept("cb-tabs")) || [];
  } catch {}
  // The latest choice is first and wins.
  for (const word of [...words].reverse()) choose(word);
  for (const set of sets)
    for (const [label, input] of set)
      input?.addEventListener("change", () => {
        const top = input.getBoundingClientRect().top;
        choose(label);
        scrollBy({ top: input.getBoundingClientRect().top - top, behavior: "instant" });
        words = [label, ...words.filter((word) => word !== label)].slice(0, 20);
        kept("cb-tabs", JSON.stringify(words));
      });
}

function zoom() {
  let dialog;
  for (const image of $$(".cb-prose img")) {
    if (image.closest("a")) continue;
    const open = () => {
      dialog ||= make("dialog", { className: "cb-zoom", onclick: () => dialog.close() });
      dialog.replaceChildren(make("img", { src: image.currentSrc || image.src, alt: image.alt }));
      dialog.ariaLabel = image.alt || "Picture";
      document.body.append(dialog);
      dialog.showModal();
    };
    const ready = () => {
      if (image.naturalWidth <= image.clientWidth * 1.15) return;
      image.classList.add("cb-zooms");
      image.tabIndex = 0;
      image.addEventListener("click", open);
      image.addEventListener("keydown", (event) => event.key === "Enter" && open());
    };
    image.complete ? ready() : image.addEventListener("load", ready, { once: true });
  }
}

function tabBar() {
  for (const link of $$(".cb-tabs [aria-current], .cb-menu [aria-current]")) {
    const bar = link.parentElement;
    if (link.offsetLeft + link.offsetWidth > bar.offsetLeft + bar.clientWidth) bar.scrollLeft = link.offsetLeft - bar.offsetLeft - 16;
  }
}

if (/Mac|iP/.test(navigator.platform)) for (const key of $$(".cb-search-form kbd")) key.textContent = "⌘K";
theme();
tabBar();
$$("table[data-sortable]").forEach(sorting);
copying();
contents();
navigation();
tabs();
zoom();
}
