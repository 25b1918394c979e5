// The palette.
let palette;

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
  const chip = scope && h("button", { type: "button", class: "cb-palette-scope", "aria-pressed": "true", onclick: () => setScope(!scoped) }, "In " + (scope.label || scope.filter));
  const all = h("a", { class: "cb-palette-all", href: root + whole("search/") }, "All results and filters");
  const dialog = h("dialog", { class: "cb-palette", "aria-label": "Search", onclick: (event) => event.target === dialog && dialog.close(), onclose: () => clearTimeout(timer) },
    h("form", { class: "cb-palette-form", method: "dialog", onsubmit: (event) => event.preventDefault() }, input, chip || "",
      h("button", { type: "button", class: "cb-palette-close", "aria-label": "Close search", onclick: () => dialog.close() }, "Esc")),
    note, list, h("div", { class: "cb-palette-foot" }, status, all));
  document.body.append(dialog);

  const options = () => [...list.querySelectorAll("[role=option]")];
  const asked = () => (scoped && input.value.trim() ? `${scope.filter.replace(/^(\w+:)(.*\s.*)$/, '$1"$2"')} ` : "") + input.value;

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
    all.href = root + whole("search/") + "?q=" + encodeURIComponent(asked().trim());
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

  const unscoped = (text) => (scoped && text.startsWith(scope.filter) ? text.slice(scope.filter.length).trim() : text);

  function fail(error) {
    list.replaceChildren();
    note.replaceChildren(error.message + " ", h("button", { type: "button", class: "cb-search-suggest", onclick: changed }, "Try again"));
    status.textContent = error.message;
  }

  const ask = asker(show, fail, (busy) => list.setAttribute("aria-busy", String(busy)));

  return {
    open(text) {
      client.warm().catch(() => {});
      if (!dialog.open) dialog.showModal();
      if (text !== undefined) input.value = text;
      input.focus();
      if (text === undefined) input.select();
      changed();
    },
  };
}
