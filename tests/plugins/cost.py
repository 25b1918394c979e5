#!/usr/bin/env python3
"""What plugins cost: builds a portal of 10,000 components without plugins, with five declarative ones, and with a program
that answers for every component, in turns, and prints what each adds.

    cargo build --release && python3 tests/plugins/cost.py [--entities 10000] [--rounds 3] [--program target/release/callboard]

Every build is cold and into an empty folder; with `TMPDIR=/dev/shm` in memory, where the work of the file system does not
drown the rest. Its cost is processor time, its own and that of the programs it started (`getrusage`), which other work on the
machine changes little; of the rounds the least counts. Fails if the five add 30 % or more, or the program two seconds or more
beyond its own time.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

IN_A_REPOSITORY = 10

# Each speaks for every component, as tools of a whole company do.
DECLARATIVE = {
    "wiki": """
[[link]]
annotation = "wiki.example/page"
value = "{space}/{page}"
title = "Wiki page {page}"
url = "https://wiki.example/{space}/{page}"
[[fact]]
annotation = "wiki.example/page"
title = "Wiki page"
""",
    "release": """
[[data]]
name = "release"
file = "{entity.name}.json"
[[fact]]
name = "version"
title = "Version"
data = "release"
pointer = "/version"
[[card]]
title = "Newest release"
template = "<p><b>{{ data.release.version }}</b> of {{ data.release.day }}</p><ul>{% for line in data.release.notes %}<li>{{ line }}</li>{% endfor %}</ul>"
[[column]]
title = "Version"
fact = "version"
""",
    "visits": """
[[data]]
name = "visits"
portal = "visits.json"
pointer = "/{entity.name}"
[[card]]
title = "Visits"
template = "<cb-chart values=\\"{{ data.visits | join(sep=',') }}\\" title=\\"Visits\\" kind=\\"line\\"></cb-chart>"
""",
    "hello": """
[[card]]
title = "Hello"
slot = "secondary-sidebar"
template = "<p>{{ entity.title }} is looked after by {{ entity.owners | join(sep=', ') }}.</p>"
""",
    "tidy": """
[[fact]]
name = "tags"
title = "Tags"
template = "{{ entity.metadata.tags | default(value=[]) | length }}"
[[rule]]
title = "It has a tag"
fact = "tags"
at_least = 1
""",
}

PROGRAM = """
import json, sys, time
for line in sys.stdin:
    question = json.loads(line)
    name = question["entity"]["metadata"]["name"]
    print(json.dumps({
        "id": question["id"],
        "facts": [{"name": "letters", "title": "Letters", "value": len(name)}],
        "cards": [{"title": "Letters", "html": f"<p><b>{name}</b> has {len(name)} letters.</p>"}],
    }))
with open(sys.argv[1], "a") as runs:
    runs.write(f"{time.process_time()}\\n")
"""


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def make(root, count):
    """The repositories, the plugins, and a `site.toml` for each way to build."""
    visits = {}
    for start in range(0, count, IN_A_REPOSITORY):
        folder = root / "repositories" / f"r{start // IN_A_REPOSITORY:05}"
        documents = []
        for number in range(start, min(start + IN_A_REPOSITORY, count)):
            name = f"c{number:05}"
            tags = [] if number % 10 == 0 else ["rust", f"tier-{number % 3}"]
            documents.append(json.dumps({
                "apiVersion": "backstage.io/v1alpha1", "kind": "Component",
                "metadata": {
                    "name": name, "title": f"Component {number}", "description": f"Does the work of number {number}.",
                    "tags": tags, "annotations": {"wiki.example/page": f"crew/{name}"},
                },
                "spec": {"type": "service", "lifecycle": "production", "owner": f"team-{number % 100}"},
            }))
            release = {"version": f"1.{number}", "day": "2026-03-01", "notes": [f"Mends {n}" for n in range(5)]}
            write(folder / f"{name}.json", json.dumps(release))
            visits[name] = [number % (n + 2) for n in range(12)]
        write(folder / "catalog-info.yaml", "\n---\n".join(documents))
    for name, manifest in DECLARATIVE.items():
        write(root / "five" / name / "plugin.toml", '[for]\nkind = "Component"\n' + manifest)
    runs = json.dumps(str(root / "runs"))
    write(root / "one/letters/plugin.toml",
          f'[program]\ncommand = ["python3", "plugin.py", {runs}]\nhooks = ["enrich"]\nkind = "Component"\n')
    write(root / "one/letters/plugin.py", PROGRAM)
    for way, plugins in {"none": "", "five": '[plugins]\ndirs = ["../five"]\n', "program": '[plugins]\ndirs = ["../one"]\n'}.items():
        write(root / way / "visits.json", json.dumps(visits))
        write(root / way / "site.toml", f'{plugins}[[sources]]\ndir = "../repositories/*"\n')


def build(program, folder):
    """Processor time and time on the clock of a build from nothing, in seconds, with what it wrote."""
    for leftover in ["dist", "cache"]:
        shutil.rmtree(folder / leftover, ignore_errors=True)
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run([program, "build", "--cold", "--json"], cwd=folder, capture_output=True,
                          env=os.environ | {"CALLBOARD_CACHE_DIR": str(folder / "cache")})
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(done.stderr.decode())
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, wall, json.loads(done.stdout)


def check(folder, summary, words):
    """That the build shows what it should: a cost of nothing would be no figure."""
    page = (folder / "dist/catalog/default/component/c00011/index.html").read_text()
    for word in words:
        assert word in page, (folder, word)
    assert summary["findings"]["errors"] == 0, summary["findings"]


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--entities", type=int, default=10_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--program", default="target/release/callboard")
    options = options.parse_args()
    program = os.path.abspath(options.program)
    with tempfile.TemporaryDirectory() as root:
        root = Path(root)
        make(root, options.entities)
        spent, walls, own = {}, {}, []
        for number in range(options.rounds):
            for way in ["none", "five", "program"]:
                cost, wall, summary = build(program, root / way)
                spent.setdefault(way, []).append(cost)
                walls.setdefault(way, []).append(wall)
                print(f"round {number + 1}, {way}: {cost:.2f} s of processor time, {wall:.2f} s", flush=True)
                if way == "five":
                    check(root / way, summary, ["Wiki page c00011", "1.11", "Mends 4", "<svg", "is looked after by"])
                if way == "program":
                    check(root / way, summary, ["<b>c00011</b> has 6 letters."])
            runs = (root / "runs").read_text().split()
            assert len(runs) == number + 1, f"the program was started {len(runs)} times in {number + 1} builds"
            own.append(float(runs[-1]))
        none, five, asked = min(spent["none"]), min(spent["five"]), min(spent["program"])
        share = five / none - 1
        beyond = asked - none - min(own)
        print(f"{options.entities} components without plugins: {none:.2f} s")
        print(f"with five declarative plugins: {five:.2f} s, {share:+.1%}")
        print(f"with a program: {asked:.2f} s; it took {min(own):.2f} s itself, so it added {beyond:.2f} s beyond that")
        if share >= 0.30 or beyond >= 2:
            sys.exit("plugins cost too much")


main()
