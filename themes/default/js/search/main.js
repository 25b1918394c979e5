// Callboard search: the palette (Ctrl-K, /), the page that has #cb-search, and highlights on the page that was found.
// Works as a module and as a classic script. The page says by <meta> where things are:
//   cb-root           way to the site's root          cb-search-engine   address of engine.js
//   cb-search-scope   a filter for this page, such as docs:NAME; its words for people in data-label (optional)
(() => {
  "use strict";
  const meta = (name) => document.querySelector(`meta[name="${name}"]`);
  const root = meta("cb-root")?.content ?? document.documentElement.dataset.root ?? "./";
  const scope = meta("cb-search-scope");
  const RECENT = "cb-recent-searches";
  const KINDS = { entity: "Entity", docs: "Docs", api: "API", team: "Team", person: "Person", adr: "Decision", page: "Page" };

  // An element; text only ever becomes text nodes.
  function h(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {}))
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
    node.append(...children.flat().filter((child) => child !== undefined && child !== ""));
    return node;
  }
  const marked = (parts) => parts.map((part) => (part.mark ? h("mark", {}, part.text) : part.text));

  let client;
  function engine() {
    client ||= new Promise((resolve, reject) => {
      const src = meta("cb-search-engine")?.content;
      if (globalThis.callboardSearch) return resolve();
      if (!src) return reject(new Error("This page does not say where the search engine is."));
      document.head.append(h("script", { src, onload: () => resolve(), onerror: () => reject(new Error("The search engine could not be loaded.")) }));
    }).then(() => globalThis.callboardSearch.connect(root + "search/"));
    client.catch(() => (client = undefined));
    return client;
  }
  const warm = () => engine().then((search) => search.warm()).catch(() => {});

  const recent = {
    list() {
      try {
        return JSON.parse(localStorage.getItem(RECENT)) || [];
      } catch {
        return [];
      }
    },
    keep(list) {
      try {
        localStorage.setItem(RECENT, JSON.stringify(list.slice(0, 8)));
      } catch {}
    },
    add(query) {
      if (query.trim()) this.keep([query.trim(), ...this.list().filter((other) => other !== query.trim())]);
    },
  };

  function address(page, excerpt) {
    const words = excerpt ? excerpt.found.slice(0, 12).join(" ") : "";
    return root + page.row[1] + (words ? "?hl=" + encodeURIComponent(words) : "") + (excerpt?.anchor ? "#" + encodeURIComponent(excerpt.anchor) : "");
  }

  const summary = (result) => (result.total ? `${result.total.toLocaleString("en")} ${result.total === 1 ? "section" : "sections"} found` : "Nothing found");

  // Asks as the reader types; only the last question's answer is shown.
  function asker(show, fail, busy) {
    let asked = 0, timer;
    const ask = async (text, options) => {
      const number = ++asked;
      clearTimeout(timer);
      timer = setTimeout(() => number === asked && busy(true), 150);
      try {
        const search = await engine();
        const result = await search.search(text, options);
        if (number === asked) await show(result, text);
      } catch (error) {
        if (number === asked) fail(error, text);
      } finally {
        if (number === asked) clearTimeout(timer), busy(false);
      }
    };
    ask.cancel = () => asked++;
    return ask;
  }

  // Fills in what only the page's text tells, once a row can be seen.
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries)
      if (entry.isIntersecting) {
        seen.unobserve(entry.target);
        entry.target.fill?.();
      }
  }, { rootMargin: "40px" });

  const sameTextFile = (page, hit) => {
    const piece = (hit) => (page.row[5] || []).filter((start) => start <= hit.doc - page.first).length;
    return piece(hit) === piece(page.hits[0]);
  };

  async function fill(result, page, show) {
    for (const [at, hit] of page.hits.slice(0, 3).entries())
      if (!at || sameTextFile(page, hit)) show(await result.index.excerpt(page, hit, result.slots), at);
  }

  const kindWord = (kind) => h("span", { class: "cb-search-kind", "data-kind": kind }, KINDS[kind] || kind);

  // ---- The palette.
  let palette;
  function open(text) {
    palette ||= makePalette();
    palette.open(text);
  }

  function makePalette() {
    let chosen = -1, scoped = !!scope, timer;
    const list = h("div", { id: "cb-palette-list", role: "listbox", "aria-label": "Search results" });
    const status = h("div", { class: "cb-palette-status", role: "status", "aria-live": "polite" });
    const note = h("div", { class: "cb-palette-note" });
    const input = h("input", {
      type: "text", role: "combobox", "aria-expanded": "false", "aria-controls": "cb-palette-list", "aria-autocomplete": "list",
      "aria-label": "Search", placeholder: "Search…", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "go",
      oninput: () => changed(), onkeydown: (event) => key(event),
    });
    const chip = scope && h("button", { type: "button", class: "cb-palette-scope", "aria-pressed": "true", onclick: () => setScope(!scoped) }, "In " + (scope.dataset.label || scope.content));
    const all = h("a", { class: "cb-palette-all", href: root + "search/" }, "All results and filters");
    const dialog = h("dialog", { class: "cb-palette", "aria-label": "Search", onclick: (event) => event.target === dialog && dialog.close(), onclose: () => clearTimeout(timer) },
      h("form", { class: "cb-palette-form", method: "dialog", onsubmit: (event) => event.preventDefault() }, input, chip || "",
        h("button", { type: "button", class: "cb-palette-close", "aria-label": "Close search", onclick: () => dialog.close() }, "Esc")),
      note, list, h("div", { class: "cb-palette-foot" }, status, all));
    document.body.append(dialog);

    const options = () => [...list.querySelectorAll("[role=option]")];
    const asked = () => (scoped && input.value.trim() ? `${scope.content.replace(/^(\w+:)(.*\s.*)$/, '$1"$2"')} ` : "") + input.value;

    function setScope(value) {
      scoped = value;
      chip.setAttribute("aria-pressed", String(value));
      input.focus();
      changed();
    }

    function choose(at, scroll = true) {
      const all = options();
      all[chosen]?.setAttribute("aria-selected", "false");
      chosen = all.length ? (at + all.length) % all.length : -1;
      const option = all[chosen];
      option?.setAttribute("aria-selected", "true");
      if (option) input.setAttribute("aria-activedescendant", option.id);
      else input.removeAttribute("aria-activedescendant");
      if (option && scroll) option.scrollIntoView({ block: "nearest" });
    }

    function key(event) {
      if (event.isComposing) return;
      const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (move) {
        event.preventDefault();
        choose(chosen + move);
      } else if (event.key === "Enter") {
        event.preventDefault();
        const option = options()[chosen];
        if (!option) return;
        if (event.ctrlKey || event.metaKey) window.open(option.href, "_blank", "noopener");
        else option.click();
      } else if (event.key === "Escape" && input.value) {
        event.preventDefault();
        input.value = "";
        changed();
      }
    }

    const option = (href, children, onclick) => h("a", { role: "option", "aria-selected": "false", tabindex: "-1", class: "cb-palette-row", href, onclick }, children);
    const number = () => options().forEach((row, at) => (row.id = "cb-palette-" + at));

    function changed() {
      all.href = root + "search/?q=" + encodeURIComponent(asked().trim());
      if (input.value.trim()) ask(asked());
      else beginning();
    }

    function beginning() {
      ask.cancel();
      note.replaceChildren();
      list.replaceChildren();
      const queries = recent.list();
      if (queries.length) {
        list.append(h("div", { role: "group", "aria-label": "Recent searches" }, h("div", { class: "cb-palette-group", "aria-hidden": "true" }, "Recent searches"),
          queries.map((query) => option("#", [query], (event) => (event.preventDefault(), (input.value = query), input.focus(), changed())))));
        note.append(h("button", { type: "button", class: "cb-palette-clear", onclick: () => (recent.keep([]), beginning(), input.focus()) }, "Clear recent searches"));
      } else note.append("Type a name, a few words, or a “phrase”. Narrow with kind:, owner:, tag: or docs:, leave out with -word.");
      status.textContent = "";
      input.setAttribute("aria-expanded", String(!!queries.length));
      number();
      chosen = -1;
      input.removeAttribute("aria-activedescendant");
    }

    function show(result) {
      if (!input.value.trim()) return;
      note.replaceChildren();
      if (result.suggest) note.append("Did you mean ", h("button", { type: "button", class: "cb-search-suggest", onclick: () => ((input.value = unscoped(result.suggest)), input.focus(), changed()) }, unscoped(result.suggest)), "?");
      list.replaceChildren(...result.pages.map((page) => {
        const text = h("span", { class: "cb-palette-text" });
        const go = () => recent.add(input.value);
        const row = option(address(page), [h("span", { class: "cb-palette-title" }, page.row[2]), kindWord(page.row[3]), h("span", { class: "cb-palette-path" }, page.row[4].join(" › ")), text], go);
        const group = h("div", { role: "group", "aria-label": page.row[2] }, row);
        row.fill = () => fill(result, page, (excerpt, at) => {
          const heading = excerpt.heading.length ? [h("b", {}, marked(excerpt.heading)), " "] : [];
          if (!at) {
            row.href = address(page, excerpt);
            text.replaceChildren(...heading, ...marked(excerpt.text));
          } else if (excerpt.heading.length) {
            const sub = option(address(page, excerpt), [h("span", { class: "cb-palette-text" }, heading, marked(excerpt.text))], go);
            sub.classList.add("cb-palette-sub");
            group.append(sub);
            const active = options()[chosen];
            number();
            if (active) choose(options().indexOf(list.querySelector("[aria-selected=true]")), false);
          }
        }).catch(() => {});
        seen.observe(row);
        return group;
      }));
      number();
      chosen = -1;
      choose(0);
      input.setAttribute("aria-expanded", String(!!result.pages.length));
      clearTimeout(timer);
      timer = setTimeout(() => (status.textContent = summary(result)), 300);
      if (!result.pages.length) note.append(h("p", {}, "Nothing found. ", scoped ? h("button", { type: "button", class: "cb-search-suggest", onclick: () => setScope(false) }, "Search the whole portal") : "Try fewer or other words."));
    }

    const unscoped = (text) => (scoped && text.startsWith(scope.content) ? text.slice(scope.content.length).trim() : text);

    function fail(error) {
      list.replaceChildren();
      note.replaceChildren(error.message + " ", h("button", { type: "button", class: "cb-search-suggest", onclick: changed }, "Try again"));
      status.textContent = error.message;
    }

    const ask = asker(show, fail, (busy) => list.setAttribute("aria-busy", String(busy)));

    return {
      open(text) {
        warm();
        if (!dialog.open) dialog.showModal();
        if (text !== undefined) input.value = text;
        input.focus();
        input.select();
        changed();
      },
    };
  }

  // ---- The search page.
  function searchPage(place) {
    const input = h("input", { type: "search", name: "q", "aria-label": "Search", autocomplete: "off", spellcheck: "false", oninput: () => changed(true) });
    const status = h("p", { class: "cb-search-status", role: "status", "aria-live": "polite" });
    const facets = h("div", { class: "cb-search-facets", "aria-label": "Filters", role: "group" });
    const results = h("div", { class: "cb-search-results" });
    const more = h("button", { type: "button", class: "cb-search-more", hidden: true, onclick: () => ((limit += 10), run()) }, "More results");
    let limit = 10, shown = 0;

    function changed(typed) {
      limit = 10;
      const url = new URL(location.href);
      if (input.value) url.searchParams.set("q", input.value);
      else url.searchParams.delete("q");
      history[typed ? "replaceState" : "pushState"](null, "", url);
      run();
    }

    function run() {
      if (input.value.trim()) return ask(input.value, { limit });
      for (const part of [facets, results, status]) part.replaceChildren();
      more.hidden = true;
    }

    // Puts a filter into the query or takes it out.
    function toggle(name, value) {
      const words = `${name}:${/\s/.test(value) ? `"${value}"` : value}`;
      const rest = input.value.split(/\s+(?=(?:[^"]*"[^"]*")*[^"]*$)/).filter((word) => word && word !== words);
      const had = rest.length < input.value.trim().split(/\s+(?=(?:[^"]*"[^"]*")*[^"]*$)/).length;
      input.value = [...rest, ...(had ? [] : [words])].join(" ") + " ";
      changed();
    }

    async function show(result, text) {
      const number = ++shown;
      status.textContent = summary(result);
      if (result.suggest) status.append(" Did you mean ", h("button", { type: "button", class: "cb-search-suggest", onclick: () => ((input.value = result.suggest), changed()) }, result.suggest), "?");
      results.replaceChildren(...result.pages.map((page) => {
        const link = h("a", { href: address(page), onclick: () => recent.add(text) }, page.row[2]);
        const body = h("div", { class: "cb-search-hits" });
        const item = h("article", {}, h("h2", {}, link, " ", kindWord(page.row[3])), h("p", { class: "cb-search-path" }, page.row[4].join(" › ")), body);
        item.fill = () => fill(result, page, (excerpt, at) => {
          const href = address(page, excerpt);
          if (!at) link.href = href;
          body.append(h("p", {}, excerpt.heading.length ? h("a", { href, class: "cb-search-section" }, marked(excerpt.heading)) : "", " ", marked(excerpt.text)));
        }).catch(() => {});
        seen.observe(item);
        return item;
      }));
      more.hidden = result.pages.length < limit;
      const counts = await result.index.counts(result);
      if (number !== shown) return;
      const on = (name, value) => result.query.filters.some((filter) => filter.name === name && filter.value === value && !filter.not);
      facets.replaceChildren(...Object.entries(counts).filter(([, values]) => values.length).map(([name, values]) =>
        h("fieldset", {}, h("legend", {}, name), values.slice(0, 12).map(([value, count]) =>
          h("button", { type: "button", "aria-pressed": String(on(name, value)), onclick: () => toggle(name, value) }, value, " ", h("span", {}, String(count)))))));
    }

    const ask = asker(show, (error) => {
      results.replaceChildren();
      status.replaceChildren(error.message + " ", h("button", { type: "button", class: "cb-search-suggest", onclick: run }, "Try again"));
    }, (busy) => results.setAttribute("aria-busy", String(busy)));

    const form = h("form", { class: "cb-search-form", role: "search", onsubmit: (event) => (event.preventDefault(), recent.add(input.value), changed()) }, input);
    place.replaceChildren(form, status, facets, results, more);
    const fromUrl = () => ((input.value = new URLSearchParams(location.search).get("q") || ""), run());
    addEventListener("popstate", fromUrl);
    warm();
    fromUrl();
    if (!input.value) input.focus();
  }

  // ---- Words carried from a result: marked on the page, and taken out of its address.
  function highlight() {
    const url = new URL(location.href), words = (url.searchParams.get("hl") || "").toLowerCase().split(" ").filter(Boolean).slice(0, 12);
    if (!words.length) return;
    url.searchParams.delete("hl");
    history.replaceState(null, "", url);
    const escaped = words.sort((a, b) => b.length - a.length).map((word) => word.replace(/[^\p{L}\p{N}]/gu, "\\$&"));
    const found = new RegExp(`(?<![\\p{L}\\p{N}])(?:${escaped.join("|")})(?![\\p{L}\\p{N}])`, "giu");
    const main = document.querySelector("main") || document.body;
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT, { acceptNode: (node) => (node.parentElement.closest("script,style,svg,nav,button,input,textarea,mark") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT) });
    const nodes = [];
    while (walker.nextNode() && nodes.length < 500) if (found.test(walker.currentNode.data)) nodes.push(walker.currentNode), (found.lastIndex = 0);
    for (const node of nodes) {
      const parts = [];
      let at = 0;
      for (const match of node.data.matchAll(found)) {
        parts.push(node.data.slice(at, match.index), h("mark", { class: "cb-highlight" }, match[0]));
        at = match.index + match[0].length;
      }
      node.replaceWith(...parts, node.data.slice(at));
    }
    const clear = (event) => {
      if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
      for (const mark of document.querySelectorAll("mark.cb-highlight")) mark.replaceWith(mark.textContent);
      removeEventListener("keydown", clear);
    };
    addEventListener("keydown", clear);
  }

  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input,textarea,select,[contenteditable]");
    const isSlash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey && document.documentElement.dataset.searchSlash !== "off";
    if (event.isComposing || !(isSlash || (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey))) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-cb-search]");
    if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("focusin", (event) => event.target.closest?.("[data-cb-search]") && warm());
  document.documentElement.classList.add("cb-search-ready");
  highlight();
  const place = document.getElementById("cb-search");
  if (place) searchPage(place);
})();
