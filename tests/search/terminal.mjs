// node terminal.mjs SEARCH_DIRECTORY FOUND: the client's pages against those of `callboard search` (JSON lines).
import fs from "node:fs";
import { openDirectory } from "./index_dir.mjs";

const [directory, file] = process.argv.slice(2);
const { client } = await openDirectory(directory);
let count = 0, same = 0;
for (const line of fs.readFileSync(file, "utf8").split("\n").filter(Boolean)) {
  const terminal = JSON.parse(line);
  const result = await client.search(terminal.text, { typing: false });
  const urls = [];
  for (const page of result.pages) {
    const { anchor } = await result.index.excerpt(page, page.hits[0], result.slots);
    urls.push(page.row[1] + (anchor && "#" + anchor));
  }
  const browser = { text: terminal.text, urls, sections: result.total, suggest: result.suggest };
  count++;
  if (JSON.stringify(browser) === JSON.stringify(terminal)) same++;
  else console.log(`terminal ${JSON.stringify(terminal)}\nbrowser  ${JSON.stringify(browser)}`);
}
console.log(`${count} queries, ${same} the same`);
process.exit(same === count ? 0 : 1);
