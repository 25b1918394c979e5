// A file server as plain as they come: folders show their index.html, what is not there the portal's 404.html.
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { setTimeout } from "node:timers/promises";

const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".json": "application/json", ".svg": "image/svg+xml", ".csv": "text/csv; charset=utf-8", ".txt": "text/plain; charset=utf-8", ".md": "text/markdown; charset=utf-8", ".png": "image/png", ".atom": "application/atom+xml", ".xml": "application/xml", ".woff2": "font/woff2", ".wasm": "application/wasm" };

/** Sends a page as a slow line does: in small parts, with time to paint between them. */
async function drip(file, response) {
  for await (const part of createReadStream(file, { highWaterMark: 1200 })) {
    response.write(part);
    await setTimeout(8);
  }
  response.end();
}

/** Serves `dir` at `/`, at `/deep/portal/`, and at `/slow/` with pages that arrive in small parts; gives its address with a slash at the end, and `close`. */
export function serve(dir) {
  const server = createServer((request, response) => {
    const asked = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    const path = asked.replace(/^\/(deep\/portal|slow)\//, "/");
    let file = join(dir, normalize(path));
    let status = 200;
    if (existsSync(file) && statSync(file).isDirectory()) {
      if (!path.endsWith("/")) return response.writeHead(301, { location: `${request.url}/` }).end();
      file = join(file, "index.html");
    }
    if (!existsSync(file)) [file, status] = [join(dir, "404.html"), 404];
    response.writeHead(status, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
    if (request.method === "HEAD") return response.end();
    if (asked.startsWith("/slow/")) return drip(file, response);
    createReadStream(file).pipe(response);
  });
  return new Promise((ready) => server.listen(0, "127.0.0.1", () => ready({ url: `http://127.0.0.1:${server.address().port}/`, close: () => (server.closeAllConnections(), server.close()) })));
}
