// One run: what can be done about it, and its progress as it comes.

import { said } from "/static/words.js";
import { isOlder } from "./age.js";
import { elementFrom, post, sentenceOf } from "/reception/static/http.js";
import { redraw } from "/reception/static/keeping.js";
import { Live } from "/reception/static/live.js";

const run = document.body.dataset.run;
const holder = document.getElementById("card");
const refusal = document.getElementById("refusal");
const fresh = document.getElementById("fresh");
const ENDS = ["done", "failed", "stopped"];

function card() {
  return holder.firstElementChild;
}
const first = { ...card().dataset };

async function act(button) {
  button.disabled = true;
  const body = new FormData();
  if (button.dataset.when) body.set("when", button.dataset.when);
  try {
    const answer = await post(`/bulk/${run}/${button.dataset.act}`, body);
    if (answer.ok) return location.reload();
    refusal.textContent = sentenceOf(answer.body);
  } catch {
    refusal.textContent = said("サーバーに届きませんでした。もう一度お試しください。");
  }
  refusal.hidden = false;
  button.disabled = false;
  return undefined;
}

for (const button of document.querySelectorAll("[data-act]")) {
  button.addEventListener("click", () => act(button));
}
fresh.addEventListener("click", () => location.reload());
document.getElementById("print")?.addEventListener("click", () => print());

function follow(html) {
  const next = elementFrom(html);
  if (next.dataset.run !== run || isOlder(next, card())) return;
  redraw(holder, html);
  const { state, answered } = next.dataset;
  // The rows below change with it; in the middle of a run they would jump under the reader's eyes.
  if (state !== first.state && ENDS.includes(state)) location.reload();
  fresh.hidden = answered === first.answered;
}

new Live(
  Number(document.body.dataset.revision),
  { run: follow },
  (isThere) => (document.getElementById("banner").hidden = isThere),
  "/bulk/events",
);
