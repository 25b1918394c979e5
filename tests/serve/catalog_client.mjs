// Backstage's own client, run against `callboard serve` of the demo portal: every method that reads gives what the export holds.
// Usage: node tests/serve/catalog_client.mjs [PROGRAM]
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { CATALOG_FILTER_EXISTS, CatalogClient } from "@backstage/catalog-client";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const program = process.argv[2] ?? join(root, "target/debug/callboard");
const cache = mkdtempSync(join(tmpdir(), "callboard-"));
const env = { ...process.env, CALLBOARD_CACHE_DIR: cache };
const server = spawn(program, ["serve", "--port", "0", "--offline"], { cwd: root, env, stdio: ["ignore", "pipe", "ignore"] });

const reference = (entity) =>
  `${entity.kind}:${entity.metadata.namespace ?? "default"}/${entity.metadata.name}`.toLowerCase();
const byReference = (entities) => [...entities].sort((a, b) => (reference(a) < reference(b) ? -1 : 1));
const tests = {};

try {
  const url = await new Promise((resolve, reject) => {
    createInterface({ input: server.stdout }).once("line", resolve);
    server.once("exit", (code) => reject(new Error(`callboard serve ended with ${code}`)));
  });
  const api = new CatalogClient({ discoveryApi: { getBaseUrl: async (plugin) => `${url}api/${plugin}` } });
  const exported = JSON.parse(execFileSync(program, ["catalog", "export"], { cwd: root, env, stdio: ["ignore", "pipe", "ignore"] }));
  const all = exported.entities;
  const components = all.filter((entity) => entity.kind === "Component");
  const first = components[0];
  assert.ok(all.length > 20 && components.length > 5, "the demo portal has entities");

  tests.getEntities = async () => {
    assert.deepEqual((await api.getEntities()).items, all);
    const { items } = await api.getEntities({ filter: { kind: "component" } });
    assert.deepEqual(items, components);
    const any = await api.getEntities({ filter: [{ kind: "component" }, { kind: ["API", "System"] }] });
    assert.deepEqual(any.items, all.filter((entity) => ["Component", "API", "System"].includes(entity.kind)));
    const owned = await api.getEntities({ filter: { "relations.ownedBy": CATALOG_FILTER_EXISTS } });
    assert.deepEqual(owned.items, all.filter((entity) => entity.relations.some((one) => one.type === "ownedBy")));
    const names = await api.getEntities({ fields: ["metadata.name"], limit: 3, offset: 2 });
    assert.deepEqual(names.items, all.slice(2, 5).map((entity) => ({ metadata: { name: entity.metadata.name } })));
    const ordered = await api.getEntities({ order: { field: "metadata.name", order: "desc" } });
    const sorted = all.map((entity) => entity.metadata.name.toLowerCase()).sort().reverse();
    assert.deepEqual(ordered.items.map((entity) => entity.metadata.name.toLowerCase()), sorted);
  };
  tests.getEntitiesByRefs = async () => {
    const { items } = await api.getEntitiesByRefs({ entityRefs: [reference(all[3]), "component:default/none", reference(all[0])] });
    assert.deepEqual(items, [all[3], undefined, all[0]]);
  };
  tests.queryEntities = async () => {
    const found = [];
    let page = await api.queryEntities({ filter: { kind: "component" }, limit: 4, orderFields: { field: "metadata.name", order: "asc" } });
    assert.equal(page.totalItems, components.length);
    for (;;) {
      found.push(...page.items);
      if (!page.pageInfo.nextCursor) break;
      page = await api.queryEntities({ cursor: page.pageInfo.nextCursor, limit: 4 });
    }
    assert.deepEqual(byReference(found), components);
    assert.ok(page.pageInfo.prevCursor);
    const word = first.metadata.name.slice(0, 4);
    const text = await api.queryEntities({ fullTextFilter: { term: word, fields: ["metadata.name"] } });
    assert.deepEqual(byReference(text.items), all.filter((entity) => entity.metadata.name.toLowerCase().includes(word)));
    const query = { $all: [{ kind: "component" }, { $not: { "spec.type": first.spec.type } }] };
    const predicate = await api.queryEntities({ query });
    assert.deepEqual(byReference(predicate.items), components.filter((entity) => entity.spec.type !== first.spec.type));
  };
  tests.streamEntities = async () => {
    const found = [];
    for await (const page of api.streamEntities({ pageSize: 7 })) found.push(...page);
    assert.deepEqual(byReference(found), byReference(all));
  };
  tests.getEntityByRef = async () => {
    for (const entity of all) assert.deepEqual(await api.getEntityByRef(reference(entity)), entity);
    assert.equal(await api.getEntityByRef("component:default/none"), undefined);
  };
  tests.getEntityAncestors = async () => {
    const answer = await api.getEntityAncestors({ entityRef: reference(first) });
    assert.equal(answer.rootEntityRef, reference(first));
    assert.deepEqual(answer.items[0].entity, first);
  };
  tests.getEntityFacets = async () => {
    const { facets } = await api.getEntityFacets({ facets: ["kind", "metadata.tags"], filter: { kind: ["component", "api"] } });
    const counts = {};
    for (const entity of all) if (["Component", "API"].includes(entity.kind)) counts[entity.kind] = (counts[entity.kind] ?? 0) + 1;
    assert.deepEqual(Object.fromEntries(facets.kind.map(({ value, count }) => [value, count])), counts);
    assert.ok(facets["metadata.tags"].length > 0);
  };
  tests.locations = async () => {
    const { items } = await api.getLocations();
    assert.ok(items.length > 0);
    assert.deepEqual(await api.getLocationById(items[0].id), items[0]);
    assert.deepEqual(await api.getLocationByRef(`${items[0].type}:${items[0].target}`), items[0]);
    const origin = first.metadata.annotations["backstage.io/managed-by-origin-location"];
    const found = await api.getLocationByEntity(reference(first));
    assert.equal(`${found.type}:${found.target}`, origin);
    assert.deepEqual((await api.queryLocations()).items, items);
    const streamed = [];
    for await (const page of api.streamLocations()) streamed.push(...page);
    assert.deepEqual(streamed, items);
  };
  tests.validateEntity = async () => {
    const { relations, ...written } = first;
    assert.equal((await api.validateEntity(written, "url:https://x.example/catalog-info.yaml")).valid, true);
    assert.equal((await api.validateEntity({ kind: "Component" }, "url:https://x.example/x.yaml")).valid, false);
  };
  tests.writing_is_refused = async () => {
    await assert.rejects(api.addLocation({ type: "url", target: "https://x.example/a.yaml" }), /403/);
    await assert.rejects(api.refreshEntity(reference(first)), /403/);
  };

  let failed = 0;
  for (const [name, test] of Object.entries(tests)) {
    try {
      await test();
      console.log(`ok   ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL ${name}\n${error.stack}`);
    }
  }
  process.exitCode = failed ? 1 : 0;
} finally {
  server.removeAllListeners("exit");
  server.kill();
  rmSync(cache, { recursive: true, force: true });
}
