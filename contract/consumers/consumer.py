"""A reference consumer: takes results from a madoguchi box, stores each once, then acknowledges it.

    python3 consumer.py CREDENTIALS INBOX             run until stopped; INBOX is a SQLite file
    python3 consumer.py CREDENTIALS INBOX --stored    print the ids of what is stored

CREDENTIALS is the credentials.json of the handed-over file, or the demo.json of a running demo.
Needs paho-mqtt 2 or newer. The rules are those of contract/README.md.
"""

import json
import sqlite3
import ssl
import sys
from pathlib import Path

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion


def main(credentials: Path, inbox: str, *words: str) -> None:
    facts = json.loads(credentials.read_text("utf-8"))
    facts = facts.get("mqtt", facts)  # demo.json holds them one level deeper
    own = facts["topic"].rpartition("/")[0]
    db = sqlite3.connect(inbox)
    db.execute("PRAGMA synchronous = FULL")
    db.execute("CREATE TABLE IF NOT EXISTS inbox (delivery_id TEXT PRIMARY KEY, message TEXT NOT NULL)")
    if "--stored" in words:
        print("\n".join(row[0] for row in db.execute("SELECT delivery_id FROM inbox ORDER BY rowid")))
        return

    def on_connect(client, data, flags, reason, properties):
        if reason.is_failure:
            print(f"refused: {reason}", file=sys.stderr, flush=True)
        else:
            client.subscribe(facts["topic"], qos=1)  # after each connect: the broker forgets (MQ-050)

    def on_subscribe(client, data, mid, reasons, properties):
        client.publish(f"{own}/hello", json.dumps({"product": "consumer.py"}), qos=1)

    def on_message(client, data, message):
        try:
            text = message.payload.decode("utf-8")
            result = json.loads(text)
            delivery_id = result["delivery_id"]
        except (ValueError, KeyError, TypeError):
            print("a message that says no delivery_id was left alone", file=sys.stderr, flush=True)
            return
        with db:  # on the disk when this ends; what is there already stays as it is (MQ-041)
            db.execute("INSERT OR IGNORE INTO inbox VALUES (?, ?)", [delivery_id, text])
        client.publish(f"{own}/ack", json.dumps({"delivery_id": delivery_id}), qos=1)  # only now (MQ-040)
        validity = result.get("body", {}).get("qualification_validity_label", "")
        print(f"stored {delivery_id} {result.get('state', '')} {validity}", flush=True)

    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
    ca = facts["ca"] and credentials.resolve().parent / facts["ca"]  # none: the system's own CAs will do
    client.tls_set_context(ssl.create_default_context(cafile=ca))
    client.username_pw_set(facts["username"], facts["password"])
    client.reconnect_delay_set(min_delay=1, max_delay=5)
    client.on_connect, client.on_subscribe, client.on_message = on_connect, on_subscribe, on_message
    client.connect_async(facts["host"], facts["port"], keepalive=30)
    client.loop_forever(retry_first_connection=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
