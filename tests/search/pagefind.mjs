// Pagefind's own client in Node, over a loopback server that counts what it serves.
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";

let instances = 0;
export async function openPagefind(directory) {
  const read = { bytes: 0, files: [] };
  const server = http.createServer((request, response) => {
    const name = decodeURIComponent(new URL(request.url, "http://x").pathname).replace(/^\/pagefind\//, "");
    const file = path.join(directory, name);
    if (!fs.existsSync(file)) return response.writeHead(404).end();
    const bytes = fs.readFileSync(file);
    // Its own files are gzipped already; the rest would be on the way.
    read.bytes += bytes[0] === 0x1f && bytes[1] === 0x8b ? bytes.length : Math.min(bytes.length, gzipSync(bytes, { level: 9 }).length);
    read.files.push(name);
    response.writeHead(200, { "content-type": name.endsWith("json") ? "application/json" : "application/octet-stream", connection: "close" }).end(bytes);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${server.address().port}`;
  const copy = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "pagefind-")), `pagefind-${instances++}.mjs`);
  fs.copyFileSync(path.join(directory, "pagefind.js"), copy);
  globalThis.window = { location: { origin: base, href: base + "/" } };
  globalThis.location = globalThis.window.location;
  const pagefind = await import("file://" + copy);
  await pagefind.options({ basePath: base + "/pagefind/", baseUrl: "/" });
  await pagefind.init();
  read.bytes += gzipSync(fs.readFileSync(path.join(directory, "pagefind.js")), { level: 9 }).length;
  return { search: (text) => pagefind.search(text), read, close: () => server.close() };
}
