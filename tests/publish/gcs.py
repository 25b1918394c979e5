"""A stand-in for Google Cloud Storage's XML interface, in memory, for tests on this machine.

    gcs.py PORT

Objects can be written (whole and in parts), read, listed and deleted, under generation conditions. No credentials are asked
for. Only what `object_store` sends is understood; anything else is answered with 400, so that a test notices.

Three names make trouble: the bucket `careless` ignores conditions, keys with `flaky` fail twice with 503 before they are
written, and keys with `refused` are never written.
"""

import hashlib
import itertools
import re
import sys
import threading
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import gmtime, strftime
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

LOCK = threading.RLock()
OBJECTS = {}  # path → Stored
UPLOADS = {}  # upload id → (headers, {part number: bytes})
FAILED = {}  # path → how often it failed
NUMBERS = itertools.count(1_700_000_000_000_000)
KEPT = {"content-type", "cache-control", "content-disposition", "content-encoding", "content-language"}


class Stored:
    def __init__(self, body, headers):
        self.body, self.headers = body, headers
        self.generation = next(NUMBERS)
        self.etag = '"' + hashlib.md5(body).hexdigest() + '"'
        self.modified = formatdate(usegmt=True)
        self.iso = strftime("%Y-%m-%dT%H:%M:%S.000Z", gmtime())


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", headers=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def fail(self, status, code):
        self.answer(status, f"<Error><Code>{code}</Code></Error>".encode(), {"Content-Type": "application/xml"})

    def xml(self, text, headers=None):
        body = ("<?xml version='1.0'?>" + text).encode()
        self.answer(200, body, {"Content-Type": "application/xml", **(headers or {})})

    def handle_request(self):
        address = urlsplit(self.path)
        self.query = {key: values[0] for key, values in parse_qs(address.query, keep_blank_values=True).items()}
        self.key = unquote(address.path)[1:]
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with LOCK:
            kind = self.command
            if kind == "GET" and "list-type" in self.query:
                self.list()
            elif "uploads" in self.query or "uploadId" in self.query:
                self.multipart()
            elif kind == "PUT" and "refused" in self.key:
                self.fail(403, "AccessDenied")
            elif kind == "PUT" and "flaky" in self.key and FAILED.get(self.key, 0) < 2:
                FAILED[self.key] = FAILED.get(self.key, 0) + 1
                self.fail(503, "ServiceUnavailable")
            elif kind == "PUT":
                self.stored(self.store(self.body, self.kept_headers()))
            elif kind in ("GET", "HEAD"):
                self.read()
            elif kind == "DELETE":
                self.answer(204) if OBJECTS.pop(self.key, None) else self.fail(404, "NoSuchKey")
            else:
                self.fail(400, "NotUnderstood")

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = handle_request

    def kept_headers(self):
        kept = lambda name: name in KEPT or name.startswith("x-goog-meta-")
        return {name.lower(): value for name, value in self.headers.items() if kept(name.lower())}

    def store(self, body, headers):
        """Stores under the request's condition; None if it does not hold."""
        wanted = self.headers.get("x-goog-if-generation-match")
        there = OBJECTS.get(self.key)
        if wanted is not None and not self.key.startswith("careless/") and int(wanted) != (there.generation if there else 0):
            return None
        OBJECTS[self.key] = Stored(body, headers)
        return OBJECTS[self.key]

    def stored(self, stored, body=b""):
        if stored is None:
            return self.fail(412, "PreconditionFailed")
        self.answer(200, body, {"ETag": stored.etag, "x-goog-generation": str(stored.generation)})

    def read(self):
        there = OBJECTS.get(self.key)
        if there is None:
            return self.fail(404, "NoSuchKey")
        about = {"ETag": there.etag, "Last-Modified": there.modified, "x-goog-generation": str(there.generation)}
        self.answer(200, there.body, {**there.headers, **about})

    def multipart(self):
        if "uploads" in self.query:
            number = str(next(NUMBERS))
            UPLOADS[number] = (self.kept_headers(), {})
            return self.xml(f"<InitiateMultipartUploadResult><UploadId>{number}</UploadId></InitiateMultipartUploadResult>")
        upload = UPLOADS.get(self.query["uploadId"])
        if upload is None:
            return self.fail(404, "NoSuchUpload")
        headers, parts = upload
        if self.command == "PUT":
            parts[int(self.query["partNumber"])] = self.body
            return self.answer(200, headers={"ETag": '"' + hashlib.md5(self.body).hexdigest() + '"'})
        del UPLOADS[self.query["uploadId"]]
        if self.command == "DELETE":
            return self.answer(204)
        stored = self.store(b"".join(parts[number] for number in sorted(parts)), headers)
        if stored is None:
            return self.fail(412, "PreconditionFailed")
        text = f"<CompleteMultipartUploadResult><ETag>{escape(stored.etag)}</ETag></CompleteMultipartUploadResult>"
        self.xml(text, {"x-goog-generation": str(stored.generation)})

    def list(self):
        bucket = re.sub("/*$", "/", self.key)
        after = self.query.get("continuation-token") or self.query.get("start-after") or ""
        start = bucket + self.query.get("prefix", "")
        names = sorted(path[len(bucket):] for path in OBJECTS if path.startswith(start))
        names = [name for name in names if name > after]
        page, more = names[:1000], len(names) > 1000
        text = f"<ListBucketResult><IsTruncated>{str(more).lower()}</IsTruncated>"
        if more:
            text += f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>"
        for name in page:
            there = OBJECTS[bucket + name]
            text += f"<Contents><Key>{escape(name)}</Key><Size>{len(there.body)}</Size>"
            text += f"<LastModified>{there.iso}</LastModified><ETag>{escape(there.etag)}</ETag></Contents>"
        self.xml(text + "</ListBucketResult>")


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
