// Answers the questions of Callboard: a JSON object in each line of the input, an answer in each line of the output.
import { createInterface } from "node:readline";

const escape = (text) => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  const name = question.entity.metadata.name;
  const answer = {
    id: question.id,
    facts: [{ name: "letters", title: "Letters", value: name.length }],
    cards: [{ title: "Letters", html: `<p><b>${escape(name)}</b> has ${name.length} letters.</p>` }],
  };
  console.log(JSON.stringify(answer));
}
