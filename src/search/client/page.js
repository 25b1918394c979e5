// The search page.
function searchPage(place) {
  const input = h("input", { type: "search", name: "q", "aria-label": "Search", autocomplete: "off", spellcheck: "false", oninput: () => changed(true) });
  const status = note("cb-search-status");
  // Each answer is put here as a whole, so that nothing moves that a reader has begun to read.
  const answer = h("div", { class: "cb-search-answer" });
  const more = button("cb-search-more", "More results", () => ((limit += 10), run()), { hidden: true });
  let limit = 10, shown = 0;

  function changed(typed) {
    limit = 10;
    const url = new URL(location);
    url.searchParams.set("q", input.value);
    try {
      history[typed ? "replaceState" : "pushState"](null, "", url);
    } catch {}
    run();
  }

  function run() {
    // Makes room for the answer, and lets the lists below go.
    document.documentElement.classList.toggle("cb-asked", !!input.value.trim());
    if (input.value.trim()) return ask(input.value, { limit });
    ask.cancel();
    for (const part of [answer, status]) part.replaceChildren();
  }

  // Puts a filter into the query or takes it out.
  function toggle(name, value) {
    const words = input.value.match(/(?:[^\s"]|"[^"]*")+/g) || [];
    const isIt = (word) => word.startsWith(name + ":") && means(value, word.slice(name.length + 1).replaceAll('"', ""));
    const rest = words.filter((word) => !isIt(word));
    if (rest.length === words.length) rest.push(name + ":" + (/\s/.test(value) ? `"${value}"` : value));
    input.value = rest.join(" ") + " ";
    changed();
  }

  async function show(result, text) {
    const number = ++shown;
    const counts = await result.index.counts(result);
    if (number !== shown) return;
    status.textContent = summary(result);
    const held = answer.contains(document.activeElement) && document.activeElement.title;
    const suggest = result.suggest ? h("p", {}, "Did you mean ", link(result.suggest, () => ((input.value = result.suggest), changed())), "?") : "";
    more.hidden = result.pages.length < limit;
    const results = h("div", { class: "cb-search-results" }, result.pages.map((page) => article(page, result, text)));
    answer.replaceChildren(...[suggest, facets(counts, result), results, more].filter(Boolean));
    // The reader goes on from the filter that they chose.
    if (held) [...answer.querySelectorAll("button")].find((one) => one.title === held)?.focus();
  }

  function article(page, result, text) {
    const link = h("a", { href: target(page), onclick: () => recent.add(text) }, page.row[2]);
    const hits = told(page).map(() => h("p", {}));
    const item = h("article", {}, h("h2", {}, link, " ", kindWord(page.row[3])), h("p", { class: "cb-search-path" }, page.row[4].join(" › ")), h("div", { class: "cb-search-hits" }, hits));
    watch(item, result, page, (excerpt, at) => {
      const href = target(page, excerpt);
      if (!at) link.href = href;
      hits[at].append(...[excerpt.heading.length ? h("a", { href, class: "cb-search-section" }, marked(excerpt.heading)) : "", " ", ...marked(excerpt.text)].filter(Boolean));
    });
    return item;
  }

  function facets(counts, result) {
    const on = (name, value) => result.query.filters.some((filter) => filter.name === name && !filter.not && means(value, filter.value));
    const named = (name, value) => (name === "kind" && KINDS[value]) || value.replace(/^\w+:(default\/)?/, "");
    return h("div", { class: "cb-search-facets", "aria-label": "Filters", role: "group" }, Object.entries(counts).filter(([, values]) => values.length).map(([name, values]) =>
      h("fieldset", {}, h("legend", {}, name[0].toUpperCase() + name.slice(1).replace("-", " ")), values.slice(0, 12).map(([value, count]) =>
        button("", [named(name, value), " ", h("span", {}, String(count))], () => toggle(name, value), { "aria-pressed": String(on(name, value)), title: `${name}:${value}` })))));
  }

  const ask = asker(answer, show, (message) => {
    answer.replaceChildren(message, link("Try again", run));
    status.textContent = message;
  });

  const form = h("form", { class: "cb-search-ask", role: "search", onsubmit: (event) => (event.preventDefault(), recent.add(input.value), changed()) }, input);
  place.replaceChildren(form, status, answer);
  const fromUrl = () => ((input.value = new URLSearchParams(location.search).get("q") || ""), run());
  addEventListener("popstate", fromUrl);
  client.warm();
  fromUrl();
  if (!input.value) input.focus();
}
