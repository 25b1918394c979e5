// The client's engine over a directory that holds a written index, counting what it reads.
import fs from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "../..");
export const enginePath = path.join(root, "themes/default/js/search/engine.js");
await import("file://" + enginePath);
export const engine = globalThis.callboardSearch;

export function openDirectory(directory) {
  const read = { files: [], bytes: 0 };
  const load = async (name) => {
    const file = path.join(directory, name);
    if (!fs.existsSync(file)) throw new engine.Stale(name);
    const bytes = fs.readFileSync(file);
    read.files.push(name);
    read.bytes += gzipSync(bytes, { level: 9 }).length;
    return JSON.parse(bytes);
  };
  return { client: engine.connect("", load), read };
}
