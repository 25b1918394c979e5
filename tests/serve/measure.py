#!/usr/bin/env python3
"""Measures `callboard serve` on a generated portal: from saving a file to the event that reloads the page.

    tests/serve/measure.py [--pages 10000] [--edits 50] [--program target/release/callboard]
    tests/serve/measure.py --storm [--seconds 30]     load by wrk, then slow clients, malformed requests, 10,000 touched files

Prints one line for each kind of edit: median, worst, and the memory of the program. Needs nothing but Python; the storm needs wrk.
"""

import argparse
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request

WORDS = "harbour tide ledger crane buoy manifest quay pilot berth cargo anchor mast rudder signal current channel".split()


def page(rnd, title):
    parts = [f"# {title}\n"]
    for _ in range(6):
        parts.append(f"## {rnd.choice(WORDS).title()} {rnd.choice(WORDS)}\n")
        parts.append(" ".join(rnd.choices(WORDS, k=80)) + ".\n")
    parts.append("```python\n" + "\n".join(f"{rnd.choice(WORDS)} = {n}" for n in range(8)) + "\n```\n")
    return "\n".join(parts)


def generate(root, pages, books=20):
    rnd = random.Random(1)
    sources = ""
    for book in range(books):
        folder = os.path.join(root, f"book-{book}")
        os.makedirs(os.path.join(folder, "docs"))
        with open(os.path.join(folder, "mkdocs.yml"), "w") as file:
            file.write(f"site_name: Book {book}\n")
        with open(os.path.join(folder, "catalog-info.yaml"), "w") as file:
            for part in range(25):
                annotations = "annotations: {backstage.io/techdocs-ref: 'dir:.'}" if part == 0 else "labels: {}"
                file.write(
                    "---\napiVersion: backstage.io/v1alpha1\nkind: Component\n"
                    f"metadata: {{name: part-{book}-{part}, description: about {part}, {annotations}}}\n"
                    f"spec: {{type: service, lifecycle: production, owner: crew, dependsOn: ['component:part-{book}-{(part + 1) % 25}']}}\n"
                )
        for number in range(pages // books):
            section = os.path.join(folder, "docs", f"section-{number // 50}")
            os.makedirs(section, exist_ok=True)
            with open(os.path.join(section, f"page-{number}.md"), "w") as file:
                file.write(page(rnd, f"Page {number}"))
        with open(os.path.join(folder, "docs", "index.md"), "w") as file:
            file.write(page(rnd, f"Book {book}"))
        sources += f'[[sources]]\ndir = "book-{book}"\n'
    os.makedirs(os.path.join(root, "theme", "css"))
    with open(os.path.join(root, "site.toml"), "w") as file:
        file.write(f'title = "Measured"\n[theme]\ndir = "theme"\n{sources}')


class Preview:
    def __init__(self, program, root):
        env = dict(os.environ, CALLBOARD_CACHE_DIR=os.path.join(root, "cache"))
        self.process = subprocess.Popen(
            [program, "serve", "--port", "0"], cwd=root, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        begun = time.time()
        self.url = self.process.stdout.readline().strip()
        self.ready = time.time() - begun
        self.port = urllib.parse.urlparse(self.url).port

    def get(self, path):
        return urllib.request.urlopen(self.url + path, timeout=60).read().decode()

    def listen(self, path):
        """Opens a page as a browser does, and gives the stream of its events."""
        version = re.search(r'callboard-version" content="(\w+)', self.get(path)).group(1)
        stream = socket.create_connection(("127.0.0.1", self.port), timeout=120)
        query = urllib.parse.urlencode({"path": "/" + path, "version": version, "assets": ""})
        stream.sendall(f"GET /-/events?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        seen = b""
        while b"event: problems" not in seen:
            seen += stream.recv(65536)
        return stream

    def wait(self, stream):
        seen = b""
        while b"event: reload" not in seen:
            piece = stream.recv(65536)
            assert piece, "the page was let go without a reload"
            seen += piece
        stream.close()

    def memory(self):
        with open(f"/proc/{self.process.pid}/status") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1)) >> 10

    def end(self):
        self.process.kill()
        self.process.wait()


def edit(preview, name, path, file, change, count):
    times = []
    for number in range(count):
        stream = preview.listen(path)
        with open(file) as old:
            text = change(old.read(), number)
        begun = time.time()
        with open(file, "w") as new:
            new.write(text)
        preview.wait(stream)
        times.append((time.time() - begun) * 1000)
    print(f"{name:12} median {statistics.median(times):7.1f} ms  worst {max(times):7.1f} ms  {preview.memory():5} MiB", flush=True)


def edits(preview, root, count):
    book = os.path.join(root, "book-3")
    at = "docs/default/component/part-3-0/section-0/page-6/"
    print(f"ready in {preview.ready:.1f} s, {preview.memory()} MiB", flush=True)
    edit(preview, "docs page", at, os.path.join(book, "docs/section-0/page-6.md"), lambda text, n: text + f"\nEdit {n}.\n", count)
    change = lambda text, n: re.sub(r"about 3\b[^,]*", f"about 3 edit {n}", text, count=1)
    edit(preview, "entity", "catalog/default/component/part-3-3/", os.path.join(book, "catalog-info.yaml"), change, max(count // 2, 1))
    change = lambda text, n: re.sub(r'title = "[^"]*"', f'title = "Measured {n}"', text)
    edit(preview, "site.toml", at, os.path.join(root, "site.toml"), change, max(count // 10, 1))


def storm(preview, root, seconds):
    subprocess.run(["wrk", "-t2", "-c64", f"-d{seconds}s", "--latency", preview.url], check=True)
    slow = []
    for _ in range(500):
        stream = socket.create_connection(("127.0.0.1", preview.port), timeout=10)
        stream.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        slow.append(stream)
    for text in (b"\x16\x03\x01\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /\n\n", b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", preview.port), timeout=10) as stream:
            stream.sendall(text)
            assert stream.recv(12).startswith(b"HTTP/1.1 4") or text.startswith(b"GET / HTTP/9"), text
    home = preview.get("")
    stream = preview.listen("docs/default/component/part-3-0/section-0/page-6/")
    begun = time.time()
    touched = 0
    for folder, _, files in os.walk(root):
        for name in files:
            if name.endswith(".md"):
                os.utime(os.path.join(folder, name))
                with open(os.path.join(folder, name), "a") as file:
                    file.write("\nTouched.\n")
                touched += 1
    preview.wait(stream)
    print(f"{touched} files touched; the page reloads after {time.time() - begun:.2f} s; {preview.memory()} MiB", flush=True)
    assert preview.process.poll() is None and "Touched" in preview.get("docs/default/component/part-3-0/section-0/page-6/")
    assert len(preview.get("")) > 0 and len(home) > 0
    for stream in slow:
        stream.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--edits", type=int, default=50)
    parser.add_argument("--program", default="target/release/callboard")
    parser.add_argument("--storm", action="store_true")
    parser.add_argument("--seconds", type=int, default=30)
    arguments = parser.parse_args()
    root = tempfile.mkdtemp(prefix="callboard-measure-")
    preview = None
    try:
        generate(root, arguments.pages)
        preview = Preview(os.path.abspath(arguments.program), root)
        if arguments.storm:
            storm(preview, root, arguments.seconds)
        else:
            edits(preview, root, arguments.edits)
    finally:
        if preview:
            preview.end()
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()
