"""Answers the questions of Callboard: a JSON object in each line of the input, an answer in each line of the output."""
import html
import json
import sys

for line in sys.stdin:
    question = json.loads(line)
    name = question["entity"]["metadata"]["name"]
    answer = {
        "id": question["id"],
        "facts": [{"name": "letters", "title": "Letters", "value": len(name)}],
        "cards": [{"title": "Letters", "html": f"<p><b>{html.escape(name)}</b> has {len(name)} letters.</p>"}],
    }
    print(json.dumps(answer), flush=True)
