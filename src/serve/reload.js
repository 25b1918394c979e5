// Keeps an open page in step with the portal that `callboard serve` builds. Nothing of this is in a built site.
(() => {
  const base = new URL("../", document.currentScript.src);
  const version = document.querySelector('meta[name="callboard-version"]')?.content ?? "";
  const memory = `callboard-place:${location.pathname}`;
  const sheets = () => [...document.querySelectorAll('link[rel~="stylesheet"]')];
  const folderOf = (link) => /assets\/([0-9a-f]{10})\//.exec(link.href)?.[1];
  let events;
  let reloading = false;

  // Where the reader is: scroll position, opened details, chosen tabs.
  const details = () => [...document.querySelectorAll("details")];
  const tabs = () => [...document.querySelectorAll('input[type="radio"]')];
  function keepPlace() {
    const place = {
      x: scrollX,
      y: scrollY,
      details: details().map((one) => one.open),
      tabs: tabs().filter((one) => one.checked && one.id).map((one) => one.id),
    };
    try {
      sessionStorage.setItem(memory, JSON.stringify(place));
    } catch {}
  }
  function takePlace() {
    let place;
    try {
      place = JSON.parse(sessionStorage.getItem(memory));
      sessionStorage.removeItem(memory);
    } catch {}
    if (!place) return;
    details().forEach((one, at) => {
      if (at in place.details) one.open = place.details[at];
    });
    for (const id of place.tabs) {
      const tab = document.getElementById(id);
      if (tab && !tab.checked) {
        tab.checked = true;
        tab.dispatchEvent(new Event("change", { bubbles: true }));
      }
    }
    scrollTo({ left: place.x, top: place.y, behavior: "instant" });
  }

  function reload() {
    if (reloading) return;
    reloading = true;
    events?.close();
    keepPlace();
    location.reload();
  }

  // New styles are loaded beside the old ones, so that the page is never without.
  function restyle(folder) {
    for (const old of sheets()) {
      if (!folderOf(old) || folderOf(old) === folder) continue;
      const fresh = old.cloneNode();
      fresh.href = old.href.replace(/assets\/[0-9a-f]{10}\//, `assets/${folder}/`);
      fresh.addEventListener("load", () => old.remove());
      fresh.addEventListener("error", () => fresh.remove());
      old.after(fresh);
    }
  }

  function listen() {
    if (reloading || document.hidden || events) return;
    const url = new URL("-/events", base);
    url.searchParams.set("path", location.pathname);
    url.searchParams.set("version", version);
    url.searchParams.set("assets", sheets().map(folderOf).find(Boolean) ?? "");
    events = new EventSource(url);
    events.addEventListener("reload", reload);
    events.addEventListener("styles", (event) => restyle(event.data));
    events.addEventListener("problems", (event) => show(JSON.parse(event.data)));
  }
  // A browser opens few connections to one server: pages that nobody sees do without.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      events?.close();
      events = undefined;
    } else {
      listen();
    }
  });
  addEventListener("pagehide", () => events?.close());

  // Errors, over the page.
  const looks = `
    :host { all: initial; }
    aside { position: fixed; z-index: 2147483647; inset: auto 1rem 1rem auto; font: 14px/1.5 system-ui, sans-serif; color: #eee; max-width: min(60rem, calc(100vw - 2rem)); }
    section { background: #1b1b1f; border: 1px solid #e5484d; border-radius: 8px; box-shadow: 0 8px 40px #0008; max-height: 70vh; overflow: auto; padding: 0.75rem 1rem; }
    header { display: flex; gap: 1rem; align-items: center; justify-content: space-between; }
    h2 { font-size: 1rem; margin: 0; }
    article { border-top: 1px solid #444; margin-top: 0.75rem; padding-top: 0.75rem; }
    p { margin: 0.2rem 0; overflow-wrap: anywhere; }
    pre { background: #000; border-radius: 4px; font: 13px/1.4 ui-monospace, monospace; margin: 0.4rem 0; overflow: auto; padding: 0.5rem; }
    code { font: 13px ui-monospace, monospace; color: #9ecbff; }
    button { font: inherit; color: #fff; background: #c62a2f; border: 0; border-radius: 6px; cursor: pointer; padding: 0.25rem 0.75rem; }`;
  const element = (name, text, ...children) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    made.append(...children);
    return made;
  };
  let host;
  let opened;
  function show(problems) {
    host?.remove();
    host = undefined;
    const errors = problems.errors;
    if (!errors.length) return;
    const key = JSON.stringify(errors);
    let dismissed;
    try {
      dismissed = sessionStorage.getItem("callboard-dismissed");
    } catch {}
    opened = errors.some((error) => error.fresh) && dismissed !== key;
    host = element("callboard-problems");
    const shadow = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(looks);
    shadow.adoptedStyleSheets = [sheet];
    const count = errors.length + problems.more;
    const title = `${count} ${count === 1 ? "error" : "errors"}`;
    const draw = () => {
      const aside = element("aside");
      aside.setAttribute("role", "alert");
      const button = element("button", opened ? "Close" : title);
      button.addEventListener("click", () => {
        opened = !opened;
        if (!opened) {
          try {
            sessionStorage.setItem("callboard-dismissed", key);
          } catch {}
        }
        draw();
      });
      if (opened) {
        const list = errors.map((error) => {
          const parts = [element("p", "", element("code", error.code), ` ${error.message}`)];
          if (error.place) parts.push(element("p", "", element("code", error.place)));
          if (error.line) parts.push(element("pre", `${error.line}\n${" ".repeat(Math.min(error.caret, 200))}${"^".repeat(Math.min(error.width, 200))}`));
          if (error.hint) parts.push(element("p", `Hint: ${error.hint}`));
          return element("article", "", ...parts);
        });
        if (problems.more) list.push(element("article", `… and ${problems.more} more`));
        aside.append(element("section", "", element("header", "", element("h2", title), button), ...list));
      } else {
        aside.append(button);
      }
      shadow.replaceChildren(aside);
    };
    draw();
    (document.body ?? document.documentElement).append(host);
  }

  if (document.readyState === "complete") takePlace();
  else addEventListener("load", takePlace);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", listen);
  else listen();
})();
