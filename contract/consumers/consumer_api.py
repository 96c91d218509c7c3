"""A reference consumer of the HTTP API: fetches results from a madoguchi box, stores each once, then acknowledges it.

    python3 consumer_api.py CREDENTIALS INBOX             run until stopped; INBOX is a SQLite file
    python3 consumer_api.py CREDENTIALS INBOX --stored    print the ids of what is stored

CREDENTIALS is a JSON file with "url" (https://box:8443), "token" and "ca", a PEM file beside it.
Needs nothing but Python 3.11. The rules are those of contract/README.md.
"""

import json
import sqlite3
import ssl
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen


def main(credentials: Path, inbox: str, *words: str) -> None:
    facts = json.loads(credentials.read_text("utf-8"))
    trusted = ssl.create_default_context(cafile=credentials.resolve().parent / facts["ca"])
    db = sqlite3.connect(inbox)
    db.execute("PRAGMA synchronous = FULL")
    db.execute("CREATE TABLE IF NOT EXISTS inbox (delivery_id TEXT PRIMARY KEY, message TEXT NOT NULL)")
    if "--stored" in words:
        print("\n".join(row[0] for row in db.execute("SELECT delivery_id FROM inbox ORDER BY rowid")))
        return

    def call(method, path, **headers):
        headers["Authorization"] = f"Bearer {facts['token']}"  # never in the address (API-002)
        request = Request(facts["url"] + "/api/1" + path, method=method, headers=headers)  # noqa: S310
        with urlopen(request, context=trusted, timeout=60) as answer:  # noqa: S310 - the address is the clinic's
            return json.load(answer), answer.headers.get("ETag", "")

    def take(message):
        delivery_id = message["delivery_id"]
        with db:  # on the disk when this ends; what is there already stays as it is (API-012)
            text = json.dumps(message, ensure_ascii=False)
            db.execute("INSERT OR IGNORE INTO inbox VALUES (?, ?)", [delivery_id, text])
        call("POST", f"/deliveries/{delivery_id}/ack")  # only now
        validity = message.get("body", {}).get("qualification_validity_label", "")
        print(f"stored {delivery_id} {message.get('state', '')} {validity}", flush=True)

    etag = ""
    while True:
        pause = 0
        try:
            known = {"If-None-Match": etag} if etag else {}
            found, etag = call(
                "GET", "/deliveries?wait=20", **known
            )  # without a cursor nothing is passed over
            for message in found["deliveries"]:
                take(message)
        except HTTPError as error:
            if error.code != 304:  # nothing is new (API-015)
                # 429 says for how long to wait (API-007); a token that opens nothing is for a person (API-003).
                pause = int(error.headers.get("Retry-After", 30 if error.code in (401, 403) else 5))
                print(f"box: {error.code}, again in {pause} s", file=sys.stderr, flush=True)
        except (OSError, ValueError, KeyError) as error:
            pause = 2
            print(f"box: {type(error).__name__}", file=sys.stderr, flush=True)
        time.sleep(pause)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
