// node quickwit.mjs SEARCH_DIRECTORY: the client over a stand-in for a Quickwit server that holds the documents that were
// written for it and understands as much of Elasticsearch's language as the client speaks.
import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { engineOf } from "./index_dir.mjs";

const [directory] = process.argv.slice(2);
const folder = path.join(directory, "quickwit");
const settings = JSON.parse(fs.readFileSync(path.join(folder, "index.json"), "utf8"));
const documents = fs.readdirSync(folder).filter((name) => name.endsWith(".ndjson")).flatMap((name) => fs.readFileSync(path.join(folder, name), "utf8").trim().split("\n").map((line) => JSON.parse(line)));

// Every field of every document is one that the index knows, and no word has a space in it.
const mapped = (fields, before = "") => fields.flatMap((field) => (field.type === "object" ? mapped(field.field_mappings, `${before}${field.name}.`) : before + field.name));
const known = mapped(settings.doc_mapping.field_mappings);
const named = (value, before = "") => Object.entries(value).flatMap(([name, inner]) => (typeof inner === "object" && !Array.isArray(inner) ? named(inner, `${before}${name}.`) : before + name));
for (const document of documents) for (const name of named(document)) assert.ok(known.includes(name), name);
assert.ok(documents.length > 10);

const at = (document, field) => field.split(".").reduce((value, name) => value?.[name], document);
const words = (document, field) => (field.startsWith("words.") ? at(document, field).split(" ") : [at(document, field) || []].flat());
const only = (object) => Object.entries(object)[0];
function score(query, document) {
  const [kind, inner] = only(query);
  if (kind === "match_all") return 1;
  if (kind === "bool") {
    const { must = [], should = [], must_not = [], filter = [], minimum_should_match = 0 } = inner;
    const musts = must.map((one) => score(one, document)), shoulds = should.map((one) => score(one, document)).filter(Boolean);
    const fits = musts.every(Boolean) && filter.every((one) => score(one, document)) && !must_not.some((one) => score(one, document)) && shoulds.length >= minimum_should_match;
    return fits ? [...musts, ...shoulds].reduce((sum, one) => sum + one, filter.length ? 0.01 : 0) : 0;
  }
  const [field, asked] = only(inner), own = words(document, field);
  if (kind === "term") return own.includes(asked.value) ? asked.boost || 1 : 0;
  if (kind === "prefix") return own.some((word) => word.startsWith(asked.value)) ? 1 : 0;
  if (kind === "wildcard") return own.some((word) => word.endsWith(asked.value.replace(/^\*/, "").replaceAll("\\", ""))) ? 1 : 0;
  if (kind === "match_phrase") return ` ${own.join(" ")} `.includes(` ${asked} `) ? 2 : 0;
  throw new Error(`a query that the server does not know: ${kind}`);
}
const asked = [];
const server = http.createServer(async (request, response) => {
  const body = JSON.parse((await request.toArray()).join(""));
  asked.push([request.method, request.url]);
  const hits = documents.map((found) => ({ _source: found, _score: score(body.query, found) })).filter((hit) => hit._score > 0).sort((a, b) => b._score - a._score);
  const buckets = (field) => {
    const counts = new Map();
    for (const { _source } of hits) for (const value of words(_source, field)) counts.set(value, (counts.get(value) || 0) + 1);
    return [...counts].map(([key, doc_count]) => ({ key, doc_count }));
  };
  const aggregations = Object.fromEntries(Object.entries(body.aggs).map(([name, { terms }]) => [name, { buckets: buckets(terms.field) }]));
  response.end(JSON.stringify({ hits: { total: { value: hits.length }, hits: hits.slice(0, body.size) }, aggregations }));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));

const { connect } = await engineOf(directory);
const endpoint = `http://127.0.0.1:${server.address().port}`;
const load = (place) => async (name) => {
  const value = JSON.parse(fs.readFileSync(path.join(directory, name), "utf8"));
  return { ...value, quickwit: { ...value.quickwit, endpoint: place } };
};
const client = connect("", load(endpoint));
const urls = async (text, typing = false) => (await client.search(text, { typing })).pages.map((page) => page.row[1]);

assert.equal((await urls("checkout"))[0], "catalog/default/component/checkout/");
assert.deepEqual(asked[0], ["POST", "/api/v1/_elastic/callboard/_search"]);
assert.deepEqual(await urls('"signing key"'), ["docs/default/component/payments-api/runbook/"]);
assert.deepEqual(await urls("signing -kubectl"), ["docs/default/component/checkout/"]);
assert.deepEqual(await urls("+signing +orders"), ["docs/default/component/checkout/"]);
assert.deepEqual(await urls("payment kind:api owner:team-money"), ["api/default/payments/"]);
assert.ok(!(await urls("payments -kind:docs")).some((url) => url.startsWith("docs/")));
assert.deepEqual(await urls("tag:postgres"), ["catalog/default/component/ledger-db/"]);
assert.equal((await urls("enableNewBasket"))[0], "docs/default/component/checkout/");
assert.ok((await urls("idempot", true)).includes("docs/default/component/payments-api/"));
assert.deepEqual(await urls("nosuchthingatall"), []);

const found = await client.search("signing key vault", { typing: false });
const shown = await found.index.excerpt(found.pages[0], found.pages[0].hits[0], found.slots);
assert.equal(shown.anchor, "rotate");
assert.deepEqual(shown.heading.filter((part) => part.mark).map((part) => part.text), ["signing", "key"]);
const counts = await found.index.counts(found);
assert.ok(counts.kind.some(([kind, count]) => kind === "docs" && count > 0));

// A server that is down is told in words for people.
server.close();
server.closeAllConnections();
await assert.rejects(connect("", load("http://127.0.0.1:1")).search("checkout"), /search server does not answer/);
console.log("quickwit: ok");
