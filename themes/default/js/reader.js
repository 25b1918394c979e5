// What makes reading documents handier: text size and width, the nav as it was left, dates from now, diagrams in full, links to
// headings, the quote in an issue. Every page is complete without it.
"use strict";
{
const $ = (selector, from = document) => from.querySelector(selector);
const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
const make = (tag, attributes) => Object.assign(document.createElement(tag), attributes);
const root = document.documentElement;
// Storage may be forbidden: then nothing is remembered.
const kept = (name, value) => {
  try {
    if (value === undefined) return localStorage.getItem(name);
    value === null ? localStorage.removeItem(name) : localStorage.setItem(name, value);
  } catch {}
};

// Text size and width of reading. The boot script has set what was chosen before the page was painted.
function comfort() {
  const box = $("#cb-comfort");
  if (!box) return;
  for (const input of $$("input", box)) {
    input.checked = (root.dataset[input.name] || "") === input.value;
    input.addEventListener("change", () => {
      if (input.value) root.dataset[input.name] = input.value;
      else delete root.dataset[input.name];
      kept(`cb-${input.name}`, input.value || null);
    });
  }
  document.addEventListener("click", (event) => box.contains(event.target) || (box.open = false));
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !box.open) return;
    box.open = false;
    $("summary", box).focus();
  });
}

// Sections of the nav stay open or closed as the reader left them, each book for itself.
function folds() {
  const nav = $("#cb-nav nav");
  const book = nav && $(".cb-book a", nav)?.href;
  if (!book) return;
  let all = {};
  try {
    all = JSON.parse(kept("cb-folds")) || {};
  } catch {}
  const left = all[book] || {};
  const sections = $$("details", nav);
  const name = (fold) => {
    const above = fold.parentElement.closest("#cb-nav nav details");
    return (above ? name(above) + " / " : "") + $("summary", fold).textContent.trim();
  };
  for (const fold of sections) {
    const known = left[name(fold)];
    // The way to the current page is always shown.
    if (known !== undefined && !$('[aria-current="page"]', fold)) fold.open = known === 1;
    $("summary", fold).addEventListener("click", () => {
      left[name(fold)] = fold.open ? 0 : 1;
      // Of a great many books the ones visited last are remembered.
      delete all[book];
      all = Object.fromEntries(Object.entries({ ...all, [book]: left }).slice(-50));
      kept("cb-folds", JSON.stringify(all));
    });
  }
}

function dates() {
  const format = new Intl.RelativeTimeFormat(root.lang || "en", { numeric: "auto" });
  for (const time of $$("time[data-relative]")) {
    const days = Math.round((Date.parse(time.dateTime) - Date.now()) / 864e5);
    if (Number.isNaN(days)) continue;
    const [count, unit] = days > -14 ? [days, "day"] : days > -60 ? [days / 7, "week"] : days > -730 ? [days / 30.44, "month"] : [days / 365.25, "year"];
    time.title = time.textContent;
    time.textContent = format.format(Math.round(count), unit);
  }
}

// A large picture of a diagram: the drawing itself moves into a dialog and back, so that its ids stand in the page once.
function diagrams() {
  let dialog;
  for (const box of $$(".cb-picture")) {
    const button = make("button", { type: "button", className: "cb-enlarge", textContent: "Enlarge" });
    button.addEventListener("click", () => {
      const drawing = $("svg", box);
      box.style.minHeight = `${box.offsetHeight}px`;
      dialog ||= make("dialog", { className: "cb-zoom", onclick: () => dialog.close() });
      dialog.ariaLabel = box.ariaLabel || "Diagram";
      dialog.className = `cb-zoom ${box.classList.contains("cb-paper") ? "cb-paper" : ""}`;
      dialog.replaceChildren(make("button", { type: "button", className: "cb-enlarge", textContent: "Close" }), drawing);
      dialog.onclose = () => {
        box.append(drawing);
        box.style.minHeight = "";
        button.focus();
      };
      document.body.append(dialog);
      dialog.showModal();
    });
    box.after(button);
  }
}

// The mark beside a heading is a link to it; a click also copies its address.
function headings() {
  if (!navigator.clipboard) return;
  for (const link of $$(".cb-prose .headerlink")) {
    link.title = "Link to this place; a click copies it";
    link.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(link.href);
      } catch {
        return;
      }
      link.dataset.done = "";
      setTimeout(() => delete link.dataset.done, 1500);
    });
  }
}

// What is selected in the article becomes a quote in the issue.
function issue() {
  const link = $("#cb-issue");
  const article = $("article.cb-prose");
  if (!link || !article) return;
  const empty = link.href;
  const words = link.textContent;
  const field = [...new URL(empty).searchParams.keys()].at(-1);
  document.addEventListener("selectionchange", () => {
    const selection = getSelection();
    if (!selection.rangeCount || !article.contains(selection.getRangeAt(0).commonAncestorContainer)) return;
    const quote = selection.toString().trim().slice(0, 1000);
    const url = new URL(empty);
    if (quote) url.searchParams.set(field, url.searchParams.get(field) + quote.replace(/^/gm, "> ") + "\n\n");
    link.href = url;
    link.textContent = quote ? `${words} with the selected text` : words;
  });
}

comfort();
folds();
dates();
diagrams();
headings();
issue();
}
