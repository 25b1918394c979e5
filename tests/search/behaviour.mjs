// node behaviour.mjs SEARCH_DIRECTORY: what a reader finds in the portal of pages.jsonl.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { openDirectory } from "./index_dir.mjs";

const [directory] = process.argv.slice(2);
const { client, read } = await openDirectory(directory);
const urls = async (text, typing = false) => (await client.search(text, { typing })).pages.map((page) => page.row[1]);
const first = async (text, typing) => (await urls(text, typing))[0];

// An entity's exact name comes before everything that speaks of it, by title or by the name in its address.
for (const name of ["payments api", "Payments-API", "paymentsApi"]) assert.equal(await first(name), "catalog/default/component/payments-api/", name);
assert.equal(await first("checkout"), "catalog/default/component/checkout/");
assert.equal(await first("ledger-db"), "catalog/default/component/ledger-db/");
assert.equal(await first("team money"), "catalog/default/group/team-money/");

// Words in any form, names in parts and whole, other scripts and signs.
assert.equal(await first("retry idempotent"), "docs/default/component/payments-api/");
assert.equal(await first("idempotency key"), "docs/default/component/payments-api/");
assert.equal(await first("new basket"), "docs/default/component/checkout/");
for (const name of ["C++", "C#", ".NET", "read-write-many", "enableNewBasket"]) assert.equal(await first(name), "docs/default/component/checkout/", name);
for (const name of ["grosse", "GRÖSSE", "Zurich", "検索", "エンジン"]) assert.equal(await first(name), "docs/default/component/checkout/grosse/", name);
assert.equal(await first("how do i roll back the release"), "docs/default/component/payments-api/runbook/");

// Phrases, exclusions, demands.
assert.deepEqual(await urls('"signing key"'), ["docs/default/component/payments-api/runbook/"]);
assert.equal((await urls("signing key")).length, 3);
assert.deepEqual(await urls("signing -kubectl"), ["docs/default/component/checkout/"]);
assert.deepEqual(await urls("+signing +orders"), ["docs/default/component/checkout/"]);
assert.deepEqual(await urls("nosuchthingatall"), []);
assert.deepEqual(await urls('"no such phrase"'), []);

// Filters: by value or by the last part of a reference; several values of one facet widen, several facets narrow.
assert.ok((await urls("payments kind:docs")).every((url) => url.startsWith("docs/")));
assert.deepEqual(await urls("payment kind:api owner:team-money"), ["api/default/payments/"]);
assert.equal((await urls("kind:api kind:team")).length, 2);
assert.ok(!(await urls("payments -kind:docs")).some((url) => url.startsWith("docs/")));
assert.deepEqual(await urls("tag:postgres"), ["catalog/default/component/ledger-db/"]);
assert.deepEqual(await urls("key docs:checkout"), ["docs/default/component/checkout/"]);
const counted = await client.search("payments", { typing: false });
const counts = await counted.index.counts(counted);
assert.deepEqual(Object.fromEntries(counts.owner), { "group:default/team-money": 5, "group:default/team-shop": 1 });
assert.equal(counts.kind.reduce((sum, [, n]) => sum + n, 0), counted.pages.length);

// While typing, words go on; a slip of the finger is understood and named.
assert.equal(await first("idempot", true), "docs/default/component/payments-api/");
assert.equal(await first("kuberne", true), "docs/default/component/ledger-db/");
const slip = await client.search("kuberentes backups", { typing: false });
assert.equal(slip.pages[0].row[1], "docs/default/component/ledger-db/");
assert.equal(slip.suggest, "kubernetes backups");
assert.equal((await client.search("bakcups", { typing: false })).suggest, "backups");
for (const [typed, meant] of [["vackups", "backups"], ["ackups", "backups"], ["jubernetes", "kubernetes"]]) assert.equal((await client.search(typed, { typing: false })).suggest, meant);

// Excerpts mark the words that were found, and lead to the section.
const found = await client.search("signing key vault", { typing: false });
const shown = await found.index.excerpt(found.pages[0], found.pages[0].hits[0], found.slots);
assert.equal(shown.anchor, "rotate");
assert.deepEqual(shown.heading.filter((part) => part.mark).map((part) => part.text), ["signing", "key"]);
assert.deepEqual(shown.text.filter((part) => part.mark).map((part) => part.text), ["signing", "key", "vault"]);
assert.deepEqual(shown.found, ["signing", "key", "vault"]);

// A portal that was published anew while the page was open: files that the client knows of are gone, and it goes on with the
// new ones.
const fresh = await openDirectory(directory);
const { connect, Stale } = globalThis.callboardSearch;
let asked = 0;
const moving = connect("", async (path) => {
  if (path.includes(".old")) throw new Stale(path);
  const value = JSON.parse(readFileSync(`${directory}/${path}`, "utf8"));
  if (path === "latest.json" && !asked++) Object.assign(value, { gen: "old", bm: value.bm.replace(/.{6}/g, "old---") });
  return value;
}).search;
await assert.doesNotReject(moving("backups"));
assert.equal(asked, 2);

// Another analyzer's index is refused with words for people.
const other = connect("", async (path) => ({ ...JSON.parse(readFileSync(`${directory}/${path}`, "utf8")), an: { id: "dev", rev: 999, stem: "" } }));
await assert.rejects(other.search("backups"), /another version of Callboard/);

// Nothing is read but what a query needs.
await fresh.client.search("backups", { typing: false });
assert.ok(fresh.read.files.length <= 5, fresh.read.files.join(" "));
assert.ok(!fresh.read.files.some((file) => /\/(p|f|w)\//.test(file)));
// The client with its loader is small.
const packed = [`${directory}/client.js`, new URL("../../themes/default/js/search/main.js", import.meta.url)].map((file) => gzipSync(readFileSync(file), { level: 9 }).length);
assert.ok(packed[0] + packed[1] <= 15_000, `client and loader are ${packed.join(" + ")} bytes`);
console.log("behaviour: ok", read.files.length, "files read");
