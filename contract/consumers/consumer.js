// A reference consumer: takes results from a madoguchi box, stores each once, then acknowledges it.
//
//     node consumer.js CREDENTIALS INBOX             run until stopped; INBOX is a folder, one file a result
//     node consumer.js CREDENTIALS INBOX --stored    print the ids of what is stored
//
// CREDENTIALS is the credentials.json of the handed-over file, or the demo.json of a running demo.
// Needs mqtt 4 or newer (npm install mqtt, or Debian's node-mqtt). The rules are those of contract/README.md.
"use strict";
const fs = require("fs");
const path = require("path");
const mqtt = require("mqtt");

const [credentials, inbox, word] = process.argv.slice(2);
let facts = JSON.parse(fs.readFileSync(credentials, "utf8"));
facts = facts.mqtt || facts; // demo.json holds them one level deeper
const own = facts.topic.slice(0, facts.topic.lastIndexOf("/"));
fs.mkdirSync(inbox, { recursive: true });

function sync(name, flags, text) {
  const file = fs.openSync(name, flags, 0o600);
  if (text !== undefined) fs.writeFileSync(file, text);
  fs.fsyncSync(file);
  fs.closeSync(file);
}

// On the disk when this returns; what is there already is written again as it was (MQ-041).
function store(id, text) {
  const name = path.join(inbox, `${id}.json`);
  sync(`${name}.new`, "w", text);
  fs.renameSync(`${name}.new`, name);
  sync(inbox, "r");
}

function take(client, text) {
  const result = JSON.parse(text);
  const id = result.delivery_id;
  if (!/^[0-9a-f]{32}$/.test(id)) throw new Error("no delivery_id");
  if (!fs.existsSync(path.join(inbox, `${id}.json`))) store(id, text);
  client.publish(`${own}/ack`, JSON.stringify({ delivery_id: id }), { qos: 1 }); // only now (MQ-040)
  const body = result.body || {};
  console.log(`stored ${id} ${result.state || ""} ${body.qualification_validity_label || ""}`);
}

if (word === "--stored") {
  const names = fs.readdirSync(inbox).filter((name) => name.endsWith(".json"));
  console.log(names.map((name) => name.slice(0, -5)).join("\n"));
} else {
  const client = mqtt.connect({
    protocol: "mqtts", protocolVersion: 5, clean: true, resubscribe: false, reconnectPeriod: 1000, keepalive: 30,
    host: facts.host, port: facts.port, username: facts.username, password: facts.password,
    ca: facts.ca ? fs.readFileSync(path.resolve(path.dirname(credentials), facts.ca)) : undefined,
  });
  client.on("connect", () => client.subscribe(facts.topic, { qos: 1 }, (failure) => { // the broker forgets (MQ-050)
    if (!failure) client.publish(`${own}/hello`, JSON.stringify({ product: "consumer.js" }), { qos: 1 });
  }));
  client.on("message", (topic, payload) => {
    try {
      take(client, payload.toString("utf8"));
    } catch (error) {
      console.error(`a message was left alone: ${error.message}`); // not acknowledged: it comes again
    }
  });
  client.on("error", (error) => console.error(`broker: ${error.message}`));
}
