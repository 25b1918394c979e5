#!/usr/bin/env python3
"""Measures `callboard serve` on a generated portal: from saving a file to the event that reloads the page.

    tests/serve/measure.py [--pages 10000] [--edits 50] [--books 20] [--program target/release/callboard]
    tests/serve/measure.py --memory 1000               memory after so many edits of pages
    tests/serve/measure.py --storm [--seconds 30]      load by wrk, slow clients, malformed requests, every page touched at once
    tests/serve/measure.py --stages [--edits 20]       where the time goes: the stages of `serve --verbose`, and CPU time per edit
    tests/serve/measure.py --peers --install [--edits 10] [--limit 900]
                                                       Hugo, Zola and MkDocs on the same pages, those that are installed, each for at
                                                       most so many seconds; --install gets MkDocs into a folder that is thrown away

Prints one line for each kind of edit: median, 95th percentile, worst, and the memory of the program. Peers are asked for the page
again and again until it has the new words, since each tells its browsers in another way. Needs nothing but Python; the storm
needs wrk.
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
import threading
import time
import urllib.parse
import urllib.request

WORDS = "harbour tide ledger crane buoy manifest quay pilot berth cargo anchor mast rudder signal current channel".split()
PAGE = "docs/default/component/part-3-0/section-0/page-6/"
MALFORMED = (
    b"\x16\x03\x01\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET /\n\n",
    b"GET / HTTP/1.1\r\n Host: localhost\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    b"GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
)


def page(rnd, title):
    parts = [f"# {title}\n"]
    for _ in range(6):
        parts.append(f"## {rnd.choice(WORDS).title()} {rnd.choice(WORDS)}\n")
        parts.append(" ".join(rnd.choices(WORDS, k=80)) + ".\n")
    parts.append("```python\n" + "\n".join(f"{rnd.choice(WORDS)} = {n}" for n in range(8)) + "\n```\n")
    return "\n".join(parts)


def put(text, *parts):
    path = os.path.join(*parts)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)
    return path


def generate(root, pages, books=20):
    rnd = random.Random(1)
    sources = ""
    for book in range(books):
        folder = os.path.join(root, f"book-{book}")
        put(f"site_name: Book {book}\n", folder, "mkdocs.yml")
        entities = []
        for part in range(500 // books):
            annotations = "annotations: {backstage.io/techdocs-ref: 'dir:.'}" if part == 0 else "labels: {}"
            entities.append(
                "---\napiVersion: backstage.io/v1alpha1\nkind: Component\n"
                f"metadata: {{name: part-{book}-{part}, description: about {part}, {annotations}}}\n"
                f"spec: {{type: service, lifecycle: production, owner: crew, dependsOn: ['component:part-{book}-{(part + 1) % 25}']}}\n"
            )
        put("".join(entities), folder, "catalog-info.yaml")
        for number in range(pages // books):
            put(page(rnd, f"Page {number}"), folder, "docs", f"section-{number // 50}", f"page-{number}.md")
        put(page(rnd, f"Book {book}"), folder, "docs", "index.md")
        sources += f'[[sources]]\ndir = "book-{book}"\n'
    os.makedirs(os.path.join(root, "theme", "templates"))
    put(f'title = "Measured"\n[theme]\ndir = "theme"\n{sources}', root, "site.toml")


class Preview:
    """`callboard serve`, and what is asked of it."""

    def __init__(self, program, root, verbose=False):
        env = dict(os.environ, CALLBOARD_CACHE_DIR=os.path.join(root, "cache"))
        begun = time.time()
        self.said = []
        self.process = subprocess.Popen(
            [program, "serve", "--port", "0"] + ["--verbose"] * verbose,
            cwd=root, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        threading.Thread(target=lambda: self.said.extend(self.process.stderr), daemon=True).start()
        self.url = self.process.stdout.readline().strip()
        self.ready = time.time() - begun
        self.port = urllib.parse.urlparse(self.url).port

    def get(self, path):
        return urllib.request.urlopen(self.url + path, timeout=60).read().decode()

    def listen(self, path):
        """Opens a page as a browser does, and gives the stream of its events."""
        html = self.get(path)
        version = re.search(r'callboard-version" content="(\w+)', html).group(1)
        assets = re.search(r"assets/([0-9a-f]{10})/", html).group(1)
        stream = socket.create_connection(("127.0.0.1", self.port), timeout=300)
        query = urllib.parse.urlencode({"path": "/" + path, "version": version, "assets": assets})
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

    def cpu(self):
        """Milliseconds of processor time so far."""
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) * 1000 // os.sysconf("SC_CLK_TCK")

    def end(self):
        self.process.kill()
        self.process.wait()


def tell(name, times, memory=""):
    times = sorted(times)
    median, late = statistics.median(times), times[min(int(len(times) * 0.95), len(times) - 1)]
    print(f"{name:14} median {median:8.1f} ms  p95 {late:8.1f} ms  worst {times[-1]:8.1f} ms  {memory}", flush=True)


def edit(preview, name, path, file, change, count, pause):
    times = []
    said, cpu = len(preview.said), preview.cpu()
    for number in range(count):
        stream = preview.listen(path)
        time.sleep(pause)
        with open(file) as old:
            text = change(old.read(), number)
        begun = time.time()
        with open(file, "w") as new:
            new.write(text)
        preview.wait(stream)
        times.append((time.time() - begun) * 1000)
    tell(name, times, f"{preview.memory()} MiB")
    stages = {}
    for stage, time_of in re.findall(r"([a-z]+) ([0-9.]+)", "".join(line.split(":", 1)[1] for line in preview.said[said:] if "ms by stage" in line)):
        stages.setdefault(stage, []).append(float(time_of))
    if stages:
        shown = ", ".join(f"{stage} {statistics.median(times):.1f}" for stage, times in stages.items())
        print(f"{'':14} {(preview.cpu() - cpu) / count:.0f} ms of processor time per edit; medians in ms: {shown}", flush=True)


def change_page(text, number):
    return re.sub(r"(\nEdit \d+\.\n)?\Z", f"\nEdit {number}.\n", text, count=1)


def change_entity(text, number):
    return re.sub(r"about 3\b[^,]*", f"about 3 edit {number}", text, count=1)


def change_title(text, number):
    return re.sub(r'title = "[^"]*"', f'title = "Measured {number}"', text)


def change_template(text, number):
    return re.sub(r'(<!-- edit \d+ -->)?<article class="cb-prose">', f'<!-- edit {number} --><article class="cb-prose">', text, count=1)


def edits(preview, root, count, pause):
    """Edits of each kind, apart from each other by a pause, as people make them."""
    book = os.path.join(root, "book-3")
    print(f"ready in {preview.ready:.1f} s, {preview.memory()} MiB", flush=True)
    edit(preview, "docs page", PAGE, os.path.join(book, "docs/section-0/page-6.md"), change_page, count, pause)
    entity = "catalog/default/component/part-3-3/"
    edit(preview, "entity", entity, os.path.join(book, "catalog-info.yaml"), change_entity, max(count // 2, 1), pause)
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "../../themes/default/templates/docs.html")) as file:
        template = put(file.read(), root, "theme/templates/docs.html")
    time.sleep(5)
    edit(preview, "template", PAGE, template, change_template, max(count // 5, 1), pause)
    edit(preview, "site.toml", PAGE, os.path.join(root, "site.toml"), change_title, max(count // 5, 1), pause)


def memory(preview, root, count):
    """Edits of pages all over the portal, one after the other."""
    files = [os.path.join(at, name) for at, _, names in os.walk(root) for name in names if re.match(r"page-\d+\.md", name)]
    rnd = random.Random(2)
    print(f"before: {preview.memory()} MiB", flush=True)
    for number in range(1, count + 1):
        file = rnd.choice(files)
        book, name = re.search(r"book-(\d+)/docs/(.*)\.md$", file).groups()
        stream = preview.listen(f"docs/default/component/part-{book}-0/{name}/")
        with open(file, "a") as out:
            out.write(f"\nEdit {number}.\n")
        preview.wait(stream)
        if number % max(count // 10, 1) == 0:
            print(f"after {number} edits: {preview.memory()} MiB", flush=True)


def storm(preview, root, seconds):
    subprocess.run(["wrk", "-t2", "-c64", f"-d{seconds}s", "--latency", preview.url + PAGE], check=True)
    slow = []
    for _ in range(500):
        try:
            stream = socket.create_connection(("127.0.0.1", preview.port), timeout=10)
            stream.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
            slow.append(stream)
        except OSError:
            pass
    print(f"{len(slow)} slow clients", flush=True)
    time.sleep(15)
    for text in MALFORMED:
        with socket.create_connection(("127.0.0.1", preview.port), timeout=10) as stream:
            stream.sendall(text)
            status = stream.recv(12)[9:12]
            assert status[:1] in (b"4", b"5"), (text, status)
    stream = preview.listen(PAGE)
    begun = time.time()
    touched = 0
    for folder, _, files in os.walk(root):
        for name in files:
            if name.endswith(".md"):
                with open(os.path.join(folder, name), "a") as file:
                    file.write("\nTouched.\n")
                touched += 1
    written = time.time()
    preview.wait(stream)
    print(f"{touched} files touched in {written - begun:.2f} s; the first reload after {time.time() - begun:.2f} s", flush=True)
    wrong = []
    for number in range(0, touched // 20 - 1, 97):
        for book in range(20):
            path = f"docs/default/component/part-{book}-0/section-{number // 50}/page-{number}/"
            while "Touched" not in preview.get(path):
                if time.time() - begun > 120:
                    wrong.append(path)
                    break
                time.sleep(0.05)
    print(f"all pages are new after {time.time() - begun:.2f} s, wrong: {wrong}; {preview.memory()} MiB", flush=True)
    assert preview.process.poll() is None and not wrong
    for stream in slow:
        stream.close()


def peer_site(name, root, source):
    """The same pages as a site of another program; gives what serves it, the edited file and its address."""
    pages = os.path.join(root, name)
    content = os.path.join(pages, "docs" if name == "mkdocs" else "content")
    for book in sorted(os.listdir(source)):
        if book.startswith("book-"):
            shutil.copytree(os.path.join(source, book, "docs"), os.path.join(content, book))
    for folder, _, files in os.walk(content):
        for file in files if name != "mkdocs" else ():
            path = os.path.join(folder, file)
            with open(path) as old:
                text = old.read()
            title = text.splitlines()[0].lstrip("# ")
            mark, is_ = ("+++", " =") if name == "zola" else ("---", ":")
            put(f'{mark}\ntitle{is_} "{title}"\n{mark}\n{text}', path)
            if file == "index.md":
                os.rename(path, os.path.join(folder, "_index.md"))
    edited = os.path.join(content, "book-3", "section-0", "page-6.md")
    address = "book-3/section-0/page-6/"
    if name == "hugo":
        put('baseURL = "http://localhost/"\ntitle = "Measured"\n', pages, "config.toml")
        for layout in ("_default/single.html", "_default/list.html"):
            put("<html><head><title>{{ .Title }}</title></head><body>{{ .Content }}</body></html>", pages, "layouts", layout)
        return ["hugo", "server", "--port", "8771", "--renderToMemory" if new_hugo() else "--disableFastRender=false"], pages, edited, address
    if name == "zola":
        put('base_url = "http://127.0.0.1"\ntitle = "Measured"\n', pages, "config.toml")
        for layout, what in (("index.html", "section"), ("section.html", "section"), ("page.html", "page")):
            body = f"<html><head></head><body>{{{{ {what}.content | safe }}}}</body></html>"
            put(body, pages, "templates", layout)
        return ["zola", "serve", "--port", "8771", "--fast"], pages, edited, address
    put("site_name: Measured\ntheme: {name: null, custom_dir: theme}\n", pages, "mkdocs.yml")
    put("<html><head></head><body>{{ page.content }}</body></html>", pages, "theme", "main.html")
    return ["mkdocs", "serve", "-a", "127.0.0.1:8771"], pages, edited, address


def new_hugo():
    said = subprocess.run(["hugo", "version"], capture_output=True, text=True).stdout
    found = re.search(r"v0\.(\d+)", said)
    return bool(found) and int(found.group(1)) >= 123


def install(root):
    """MkDocs in an environment of its own, first in the path of what is started from here."""
    here = os.path.join(root, "environment")
    subprocess.run(["python3", "-m", "venv", here], check=True)
    subprocess.run([os.path.join(here, "bin", "pip"), "install", "--quiet", "mkdocs==1.6.1"], check=True)
    os.environ["PATH"] = os.path.join(here, "bin") + os.pathsep + os.environ["PATH"]


def asked_until(address, word, deadline):
    """Asks for the page until it has a word; false if it has not by then."""
    while time.time() < deadline:
        try:
            if word in urllib.request.urlopen(f"http://127.0.0.1:8771/{address}", timeout=600).read().decode():
                return True
        except OSError:
            time.sleep(0.2)
        time.sleep(0.005)
    return False


def peers(root, source, count, limit):
    for name in ("hugo", "zola", "mkdocs"):
        if not shutil.which(name):
            print(f"{name:14} is not installed", flush=True)
            continue
        command, pages, edited, address = peer_site(name, root, source)
        process = subprocess.Popen(command, cwd=pages, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            begun = time.time()
            deadline = begun + limit
            if not asked_until(address, "</html>", deadline):
                print(f"{name:14} is not ready after {limit} s", flush=True)
                continue
            print(f"{name:14} ready in {time.time() - begun:.1f} s", flush=True)
            times = []
            for number in range(count):
                time.sleep(2)
                with open(edited) as old:
                    text = old.read()
                put(text + f"\nEdit number {number}.\n", edited)
                begun = time.time()
                if not asked_until(address, f"Edit number {number}.", deadline):
                    break
                times.append((time.time() - begun) * 1000)
            if times:
                tell(name, times, f"{len(times)} edits")
            else:
                print(f"{name:14} shows no edit within {limit} s", flush=True)
        finally:
            process.kill()
            process.wait()
        shutil.rmtree(pages, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--books", type=int, default=20)
    parser.add_argument("--edits", type=int, default=50)
    parser.add_argument("--pause", type=float, default=0.3, help="seconds before each edit")
    parser.add_argument("--program", default="target/release/callboard")
    parser.add_argument("--memory", type=int, default=0)
    parser.add_argument("--storm", action="store_true")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--install", action="store_true", help="get MkDocs first, from the registry of Python packages")
    parser.add_argument("--limit", type=int, default=900, help="seconds for each peer")
    parser.add_argument("--stages", action="store_true")
    parser.add_argument("--seconds", type=int, default=30)
    arguments = parser.parse_args()
    root = tempfile.mkdtemp(prefix="callboard-measure-")
    preview = None
    try:
        source = os.path.join(root, "portal")
        generate(source, arguments.pages, arguments.books)
        if arguments.peers:
            if arguments.install:
                install(root)
            return peers(root, source, arguments.edits, arguments.limit)
        preview = Preview(os.path.abspath(arguments.program), source, arguments.stages)
        preview.get("")
        if arguments.storm:
            storm(preview, source, arguments.seconds)
        elif arguments.memory:
            memory(preview, source, arguments.memory)
        else:
            edits(preview, source, arguments.edits, arguments.pause)
    finally:
        if preview:
            preview.end()
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()
