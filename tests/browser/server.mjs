// A file server as plain as they come: folders show their index.html, what is not there the portal's 404.html.
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".json": "application/json", ".svg": "image/svg+xml", ".csv": "text/csv; charset=utf-8", ".txt": "text/plain; charset=utf-8", ".md": "text/markdown; charset=utf-8", ".png": "image/png", ".atom": "application/atom+xml", ".xml": "application/xml", ".woff2": "font/woff2", ".wasm": "application/wasm" };

/** Serves `dir` at `/` and at `/deep/portal/`; gives its address with a slash at the end, and `close`. */
export function serve(dir) {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname).replace(/^\/deep\/portal\//, "/");
    let file = join(dir, normalize(path));
    let status = 200;
    if (existsSync(file) && statSync(file).isDirectory()) {
      if (!path.endsWith("/")) return response.writeHead(301, { location: `${request.url}/` }).end();
      file = join(file, "index.html");
    }
    if (!existsSync(file)) [file, status] = [join(dir, "404.html"), 404];
    response.writeHead(status, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
    if (request.method === "HEAD") return response.end();
    createReadStream(file).pipe(response);
  });
  return new Promise((ready) => server.listen(0, "127.0.0.1", () => ready({ url: `http://127.0.0.1:${server.address().port}/`, close: () => (server.closeAllConnections(), server.close()) })));
}
