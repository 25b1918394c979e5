// node analyzer.mjs CLIENT VECTORS: the client's analyzer against tokens that Rust made (JSON lines).
import fs from "node:fs";
import { engineOf } from "./index_dir.mjs";

const [directory, file] = process.argv.slice(2);
const engine = await engineOf(directory);
let lines = 0, tokens = 0, wrong = 0;
for (const line of fs.readFileSync(file, "utf8").split("\n").filter(Boolean)) {
  const vector = JSON.parse(line);
  const own = engine.analyze(vector.text).map((token) => [token.term, token.pos, vector.text.slice(token.start, token.end), token.whole]);
  lines++;
  tokens += own.length;
  if (JSON.stringify(own) !== JSON.stringify(vector.tokens) && ++wrong <= 10)
    console.log(`${JSON.stringify(vector.text)}\n  rust   ${JSON.stringify(vector.tokens)}\n  client ${JSON.stringify(own)}`);
}
console.log(`${lines} texts, ${tokens} tokens, ${wrong} different`);
process.exit(wrong ? 1 : 0);
