// The list of what there is to do: ended with a button, drawn anew whenever it changes anywhere.

import { said } from "/static/words.js";
import { post, sentenceOf } from "/reception/static/http.js";
import { redraw } from "/reception/static/keeping.js";
import { Live } from "/reception/static/live.js";

const list = document.getElementById("list");
const refusal = document.getElementById("refusal");

function say(text) {
  refusal.textContent = text;
  refusal.hidden = !text;
}

list.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-outcome]");
  if (!button) return;
  const task = button.closest("[data-task]");
  const body = new FormData();
  body.set("outcome", button.dataset.outcome);
  button.disabled = true;
  say("");
  const answer = await post(`/tasks/${task.dataset.task}/done`, body).catch(() => null);
  button.disabled = false;
  if (answer?.ok) task.classList.add("is-done");
  else say(answer ? sentenceOf(answer.body) : said("サーバーに届きませんでした。もう一度お試しください。"));
});


new Live(
  Number(document.body.dataset.revision),
  { list: (html) => redraw(list, html) },
  (isThere) => (document.getElementById("banner").hidden = isThere),
  "/tasks/events",
);
