// The palette.
function makePalette() {
  let chosen = -1, scoped = !!scope, timer;
  const list = h("div", { id: "cb-palette-list", role: "listbox", "aria-label": "Search results" });
  const status = note("cb-palette-status");
  const hint = h("div", { class: "cb-palette-note" });
  const input = h("input", {
    type: "text", role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list",
    "aria-label": "Search", placeholder: "Search…", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "go",
    oninput: changed, onkeydown: key,
  });
  const chip = scope ? button("cb-palette-scope", "In " + (scope.label || scope.filter), () => setScope(!scoped), { "aria-pressed": "true" }) : "";
  const all = h("a", { class: "cb-palette-all", href: "" }, "All results and filters");
  const dialog = h("dialog", { class: "cb-palette", "aria-label": "Search", onclick: (event) => event.target === dialog && dialog.close(), onclose: () => clearTimeout(timer) },
    h("div", { class: "cb-palette-form" }, input, chip, button("cb-palette-close", "Esc", () => dialog.close(), { "aria-label": "Esc: close" })),
    hint, list, h("div", { class: "cb-palette-foot" }, status, all));
  document.body.append(dialog);

  const options = () => [...list.querySelectorAll("[role=option]")];
  const asked = () => (scoped && input.value.trim() ? `${scope.filter.replace(/^(\w+:)(.*\s.*)$/, '$1"$2"')} ` : "") + input.value;

  function write(text) {
    input.value = text;
    input.focus();
    changed();
  }

  function setScope(value) {
    scoped = value;
    chip.setAttribute("aria-pressed", value);
    write(input.value);
  }

  function choose(at) {
    const all = options();
    all[chosen]?.setAttribute("aria-selected", "false");
    chosen = all.length ? (at + all.length) % all.length : -1;
    const option = all[chosen];
    option?.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", option?.id || "");
    if (option) option.scrollIntoView({ block: "nearest" });
  }

  function key(event) {
    if (event.isComposing) return;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key], option = options()[chosen];
    if (move) choose(chosen + move);
    else if (event.key === "Enter") option?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey: event.ctrlKey, metaKey: event.metaKey }));
    else if (event.key === "Escape" && input.value) write("");
    else return;
    event.preventDefault();
  }

  const option = (href, children, onclick) => h("a", { role: "option", "aria-selected": "false", tabindex: "-1", class: "cb-palette-row", href, onclick }, children);

  // Shows rows; the one at `at` is chosen.
  function fill(rows, at) {
    list.replaceChildren(...rows);
    options().forEach((row, at) => (row.id = "cb-palette-" + at));
    input.setAttribute("aria-expanded", !!rows.length);
    chosen = -1;
    if (at === undefined) input.removeAttribute("aria-activedescendant");
    else choose(at);
  }

  function changed() {
    all.href = address("search/") + "?q=" + encodeURIComponent(asked().trim());
    if (input.value.trim()) ask(asked());
    else beginning();
  }

  function beginning() {
    ask.cancel();
    const queries = recent.list(), title = "Recent searches";
    fill(queries.length ? [h("div", { role: "group", "aria-label": title }, h("div", { class: "cb-palette-group", "aria-hidden": "true" }, title),
      queries.map((query) => option("#", query, (event) => (event.preventDefault(), write(query)))))] : []);
    hint.replaceChildren(queries.length ? button("cb-palette-clear", "Clear recent searches", () => (recent.keep([]), write("")))
      : "Type a name, a few words, or a “phrase”. Narrow with kind:, owner:, tag: or docs:, leave out with -word.");
    status.textContent = "";
  }

  function show(result) {
    const suggest = scoped ? result.suggest.slice(asked().length - input.value.length) : result.suggest;
    hint.replaceChildren(...(suggest ? ["Did you mean ", link(suggest, () => write(suggest)), "?"] : []));
    fill(result.pages.map((page) => {
      const text = h("span", { class: "cb-palette-text" });
      const go = () => recent.add(input.value);
      const row = option(target(page), [h("span", { class: "cb-palette-title" }, page.row[2]), kindWord(page.row[3]), h("span", { class: "cb-palette-path" }, page.row[4].join(" › ")), text], go);
      // Further places on the page have their rows at once, and their words when these arrive.
      const subs = told(page).slice(1).map(() => {
        const sub = option(target(page), h("span", { class: "cb-palette-text" }, page.row[2]), go);
        sub.classList.add("cb-palette-sub");
        return sub;
      });
      watch(row, result, page, (excerpt, at) => {
        const one = at ? subs[at - 1] : row;
        one.href = target(page, excerpt);
        if (excerpt.text.length || excerpt.heading.length) one.querySelector(".cb-palette-text").replaceChildren(...[excerpt.heading.length ? h("b", {}, marked(excerpt.heading)) : "", " ", ...marked(excerpt.text)].filter(Boolean));
      });
      return h("div", { role: "group", "aria-label": page.row[2] }, row, subs);
    }), 0);
    clearTimeout(timer);
    timer = setTimeout(() => (status.textContent = summary(result)), 300);
    if (!result.pages.length) hint.append(h("p", {}, "Nothing found. ", scoped ? link("Search the whole portal", () => setScope(false)) : "Try fewer or other words."));
  }

  const ask = asker(list, show, (message) => {
    fill([]);
    hint.replaceChildren(message, link("Try again", changed));
    status.textContent = message;
  });

  return {
    open(text) {
      client.warm();
      if (!dialog.open) dialog.showModal();
      write(text ?? input.value);
      if (text === undefined) input.select();
    },
  };
}
