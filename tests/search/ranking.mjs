// node ranking.mjs SEARCH_DIRECTORY ANSWERS: the client's first ten sections against tantivy's (JSON lines).
import fs from "node:fs";
import { openDirectory } from "./index_dir.mjs";

const [directory, file] = process.argv.slice(2);
const { client } = await openDirectory(directory);
let count = 0, same = 0, near = 0, totals = 0;
for (const line of fs.readFileSync(file, "utf8").split("\n").filter(Boolean)) {
  const { text, typing, total, top } = JSON.parse(line);
  const result = await client.search(text, { typing });
  const own = result.best.slice(0, 10);
  const equal = own.length === top.length && own.every((hit, at) => hit.doc === top[at][0]);
  const close = own.every((hit, at) => Math.abs(hit.score - top[at]?.[1]) <= 1e-6 * Math.abs(top[at]?.[1]));
  count++;
  same += equal;
  near += close;
  totals += result.total === total;
  if ((!equal || result.total !== total) && count - same < 10)
    console.log(`${text}\n  tantivy ${total} ${JSON.stringify(top)}\n  client  ${result.total} ${JSON.stringify(own.map((hit) => [hit.doc, hit.score]))}`);
}
console.log(`${count} queries: ${same} with the same first ten, ${totals} with the same number of hits, ${near} with the same scores to 1e-6`);
process.exit(same === count && totals === count && near === count ? 0 : 1);
