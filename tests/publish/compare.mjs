// Requests and bytes of a publish beside those of other tools, against the S3 emulator that tests/run uses:
//
//   cargo build --release
//   bash -c '. tests/publish/stores.sh; install_stores; start_stores; node tests/publish/compare.mjs target/release/callboard'
//
// Builds a portal of 1,000 pages made of sentences of Callboard's own guide. Of aws, rclone and hugo those are run that are
// installed. Each sends the site when there is nothing yet, again without a change, after a build that changed nothing
// but the times of files, after one sign of one page changed, then one word, then one sentence, and after all text of that
// page did. With names of tools behind the program only these are run.
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const program = path.resolve(process.argv[2]);
const PAGES = 1000, only = process.argv.slice(3);
const work = fs.mkdtempSync(path.join(os.tmpdir(), "callboard-publish-"));
process.on("exit", () => fs.rmSync(work, { recursive: true, force: true }));

/** Stands before the emulator and counts. */
const counts = { requests: {}, sent: 0, received: 0 };
const store = new URL(process.env.AWS_ENDPOINT_URL_S3);
const proxy = http.createServer((request, response) => {
  const name = request.method === "GET" && /[?&](list-type|delimiter|prefix)=/.test(request.url) ? "LIST" : request.method;
  counts.requests[name] = (counts.requests[name] || 0) + 1;
  const { method, url, headers } = request;
  const onward = http.request({ host: store.hostname, port: store.port, method, path: url, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.on("data", (bytes) => (counts.received += bytes.length));
    answer.pipe(response);
  });
  onward.on("error", () => response.destroy());
  request.on("data", (bytes) => (counts.sent += bytes.length));
  request.pipe(onward);
});
await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
const endpoint = `http://127.0.0.1:${proxy.address().port}`;
const environment = {
  ...process.env,
  AWS_ENDPOINT_URL_S3: endpoint,
  AWS_ENDPOINT_URL: endpoint,
  // rclone does not take one, and nothing here is encrypted.
  AWS_CA_BUNDLE: undefined,
  AWS_DEFAULT_REGION: "us-east-1",
  RCLONE_CONFIG_M_TYPE: "s3",
  RCLONE_CONFIG_M_PROVIDER: "Other",
  RCLONE_CONFIG_M_ENV_AUTH: "true",
  RCLONE_CONFIG_M_ENDPOINT: endpoint,
  RCLONE_CONFIG_M_REGION: "us-east-1",
  RCLONE_CONFIG_M_FORCE_PATH_STYLE: "true",
};

let seed = 5;
const below = (end) => ((seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) >>> 8) % end;

/** Sentences of the guide, in plain text. */
function sentences() {
  const guide = fileURLToPath(new URL("../../content/callboard/docs/guide/", import.meta.url));
  const text = fs.readdirSync(guide).filter((name) => name.endsWith(".md")).sort().map((name) => fs.readFileSync(guide + name, "utf8")).join("\n\n");
  const blocks = text.replace(/```[\s\S]*?```/g, "").split(/\n\s*\n/).filter((block) => /^[A-Z]/.test(block));
  return blocks.flatMap((block) => block.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/[`*_<>{}\[\]|#\\]/g, "").replace(/\s+/g, " ").match(/[A-Z][^.?!]{20,}[.?!]/g) || []);
}

const known = sentences();
const paragraph = () => Array.from({ length: 2 + below(4) }, () => known[below(known.length)]).join(" ");
const heading = () => known[below(known.length)].split(" ").slice(0, 4).join(" ").replace(/[,;:.]/g, "");
const page = (title) => `# ${title}\n\n` + Array.from({ length: 3 + below(4) }, () => `## ${heading()}\n\n${paragraph()}\n\n${paragraph()}\n`).join("\n");

function build(name) {
  execFileSync(program, ["build", "--quiet"], { cwd: work, stdio: ["ignore", "ignore", "inherit"] });
  fs.cpSync(path.join(work, "dist"), path.join(work, name), { recursive: true, preserveTimestamps: true });
}

const docs = path.join(work, "repo/docs"), edited = path.join(docs, "part-4/page-7.md");
fs.mkdirSync(docs, { recursive: true });
fs.writeFileSync(path.join(work, "site.toml"), 'title = "Large"\n[[sources]]\ndir = "repo"\n');
fs.writeFileSync(path.join(work, "repo/mkdocs.yml"), "site_name: Large\nplugins: [techdocs-core]\n");
fs.writeFileSync(path.join(work, "repo/catalog-info.yaml"), "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: large\n  annotations:\n    backstage.io/techdocs-ref: dir:.\nspec:\n  type: service\n  lifecycle: production\n  owner: team\n");
fs.writeFileSync(path.join(docs, "index.md"), page("Large"));
for (let number = 0; number < PAGES; number++) {
  const folder = path.join(docs, `part-${Math.floor(number / 50)}`);
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, `page-${number % 50}.md`), page(`Part ${Math.floor(number / 50)}, page ${number % 50}`));
}
build("first");
fs.cpSync(path.join(work, "first"), path.join(work, "again"), { recursive: true });
const edit = (name, change) => {
  const text = fs.readFileSync(edited, "utf8"), other = change(text);
  if (other === text) throw new Error(`nothing to change for "${name}"`);
  fs.writeFileSync(edited, other);
  build(name);
};
edit("sign", (text) => text.replace(/\. /, "! "));
edit("word", (text) => text.replace(/ (the|a|is|of) /, " some "));
edit("sentence", (text) => text.replace(/\. /, ". Ask the people on call before you try this at night. "));
edit("rewrite", () => page("Part 4, page 7"));

const sync = {
  callboard: [program, "publish", "s3://callboard/site", "--site", "SITE", "--quiet"],
  aws: ["aws", "s3", "sync", "--delete", "SITE", "s3://aws/site"],
  rclone: ["rclone", "sync", "SITE", "m:rclone/site"],
  "rclone --checksum --fast-list": ["rclone", "sync", "--checksum", "--fast-list", "SITE", "m:rclone-fast/site"],
  hugo: ["hugo", "deploy", "--target", "s3", "--maxDeletes", "-1"],
};
for (const [tool, [command, ...given]] of Object.entries(sync)) {
  if (only.length && !only.includes(tool)) continue;
  try {
    execFileSync(command, [tool.startsWith("aws") || tool === "callboard" ? "--version" : "version"], { stdio: "ignore" });
  } catch {
    console.log(`${tool} is not installed`);
    continue;
  }
  const bucket = tool.startsWith("rclone -") ? "rclone-fast" : tool;
  await fetch(`${store}${bucket}`, { method: "PUT" });
  let last;
  for (const site of ["first", "first", "again", "sign", "word", "sentence", "rewrite"]) {
    // The same folder each time, as in a CI job; what a build does not change keeps its time.
    const place = path.join(work, "site");
    fs.rmSync(place, { recursive: true, force: true });
    fs.cpSync(path.join(work, site), place, { recursive: true, preserveTimestamps: site !== "again" });
    // All were built before the first was sent, but what a build changes is newer than what was sent before it.
    for (const entry of fs.readdirSync(place, { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath, entry.name), before = last && path.join(work, last, path.relative(place, file));
      if (entry.isFile() && before && !(fs.existsSync(before) && fs.readFileSync(before).equals(fs.readFileSync(file)))) fs.utimesSync(file, new Date(), new Date());
    }
    last = site;
    fs.writeFileSync(path.join(work, "hugo.toml"), `publishDir = "site"\n[[deployment.targets]]\nname = "s3"\nURL = "s3://hugo?endpoint=${endpoint}&s3ForcePathStyle=true&region=us-east-1"\n`);
    Object.assign(counts, { requests: {}, sent: 0, received: 0 });
    const child = spawn(command, given.map((one) => (one === "SITE" ? place : one)), { cwd: work, env: environment, stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (bytes) => (said += bytes));
    const code = await new Promise((resolve) => child.on("exit", resolve));
    const all = Object.values(counts.requests).reduce((sum, n) => sum + n, 0);
    const kinds = Object.entries(counts.requests).map(([kind, n]) => `${n} ${kind}`).join(", ");
    console.log(`${tool.padEnd(30)} ${site.padEnd(9)} ${String(all).padStart(6)} requests (${kinds}), ${counts.sent} bytes sent, ${counts.received} received${code ? `; failed: ${said.slice(-300)}` : ""}`);
  }
}
proxy.close();
