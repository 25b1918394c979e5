"""Waits for the emulators of S3 and Azure Blob Storage and makes the place `site` in each.

    buckets.py S3_PORT AZURE_PORT GCS_PORT
"""

import base64
import hashlib
import hmac
import sys
import time
import urllib.error
import urllib.request
from email.utils import formatdate

S3, AZURE, GCS = (f"http://127.0.0.1:{port}" for port in sys.argv[1:4])
# The account and key that every Azure emulator has; they open nothing else.
ACCOUNT = "devstoreaccount1"
KEY = base64.b64decode("Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==")


def put(address, headers):
    """Asks until the server is there; a place that is there already is as good."""
    for attempt in range(3000):
        try:
            return urllib.request.urlopen(urllib.request.Request(address, method="PUT", headers=headers, data=b""), timeout=10)
        except urllib.error.HTTPError as error:
            if error.code == 409:
                return None
            raise
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise SystemExit(f"{address} does not answer")


def azure_headers():
    headers = {"x-ms-date": formatdate(usegmt=True), "x-ms-version": "2021-12-02", "Content-Type": "text/plain"}
    named = "".join(f"{name}:{headers[name]}\n" for name in ("x-ms-date", "x-ms-version"))
    text = "PUT\n\n\n\n\ntext/plain\n\n\n\n\n\n\n" + named + f"/{ACCOUNT}/{ACCOUNT}/site\nrestype:container"
    signature = base64.b64encode(hmac.new(KEY, text.encode(), hashlib.sha256).digest()).decode()
    return {**headers, "Authorization": f"SharedKey {ACCOUNT}:{signature}"}


put(f"{S3}/site", {})
put(f"{AZURE}/{ACCOUNT}/site?restype=container", azure_headers())
put(f"{GCS}/site/ready", {})
