// The client's engine over a directory that holds a written index, counting what it reads.
import fs from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";

export async function engineOf(directory) {
  await import("file://" + path.resolve(directory, "client.js"));
  return globalThis.callboardSearch;
}

export async function openDirectory(directory) {
  const engine = await engineOf(directory);
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
