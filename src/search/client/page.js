// The search page.
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
    const words = name + ":" + (/\s/.test(value) ? '"' + value + '"' : value);
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

  const form = h("form", { class: "cb-search-ask", role: "search", onsubmit: (event) => (event.preventDefault(), recent.add(input.value), changed()) }, input);
  place.replaceChildren(form, status, facets, results, more);
  const fromUrl = () => ((input.value = new URLSearchParams(location.search).get("q") || ""), run());
  addEventListener("popstate", fromUrl);
  client.warm().catch(() => {});
  fromUrl();
  if (!input.value) input.focus();
}
