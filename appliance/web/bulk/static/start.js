// A list goes in as the body of one request; the runs below follow live.

import { said } from "/static/words.js";
import { isOlder } from "./age.js";
import { elementFrom, post, sentenceOf } from "/reception/static/http.js";
import { keepFocus } from "/reception/static/keeping.js";
import { Live } from "/reception/static/live.js";

const file = document.getElementById("file");
const paste = document.getElementById("paste");
const drop = document.getElementById("drop");
const refusal = document.getElementById("refusal");
const runs = document.getElementById("runs");

// Only a house of several institution codes has the choice.
function house() {
  const code = document.getElementById("institution")?.value;
  return code ? `?institution=${code}` : "";
}

const dayOf = (path) => `${path}${path.includes("?") ? "&" : "?"}day=${document.getElementById("day").value}`;

function say(text) {
  refusal.textContent = text;
  refusal.hidden = !text;
}

function named() {
  const chosen = file.files[0];
  document.getElementById("file-name").textContent = chosen ? chosen.name : said("ここへ置くこともできます（CSV・4MBまで）");
}

async function take(path, body, button) {
  say("");
  button.disabled = true;
  try {
    const answer = await post(path, body);
    if (answer.ok) return location.assign(`/bulk/${answer.body.id}`);
    const detail = answer.body.error?.detail;
    say(sentenceOf(answer.body) + (detail ? ` ${detail}` : ""));
  } catch {
    say(said("サーバーに届きませんでした。もう一度お試しください。"));
  }
  button.disabled = false;
  return undefined;
}

document.getElementById("list-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const body = file.files[0] ?? (paste.value.trim() ? new Blob([paste.value]) : null);
  if (body === null) return say(said("ファイルを選ぶか、表を貼り付けてください。"));
  const kind = new FormData(event.target).get("kind");
  return take(dayOf(`/bulk/lists/${kind}${house()}`), body, document.getElementById("read"));
});
for (const form of document.querySelectorAll(".period")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    take(`/bulk/periods/${form.dataset.kind}${house()}`, new FormData(form), form.querySelector("button"));
  });
}
file.addEventListener("change", named);
for (const name of ["dragover", "dragleave", "drop"]) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", name === "dragover");
    if (name === "drop" && event.dataTransfer.files.length) {
      file.files = event.dataTransfer.files;
      named();
    }
  });
}
named();

function showRun(html) {
  const card = elementFrom(html);
  const old = document.getElementById(card.id);
  if (old && isOlder(card, old)) return;
  const bringFocusBack = keepFocus(runs);
  if (old) old.replaceWith(card);
  else runs.prepend(card);
  bringFocusBack();
  document.getElementById("nobody").hidden = true;
}

new Live(
  Number(document.body.dataset.revision),
  { run: showRun },
  (isThere) => (document.getElementById("banner").hidden = isThere),
  "/bulk/events",
);
