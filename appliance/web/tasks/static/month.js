// The list of a month's end: print it, take a visit off it.

import { said } from "/static/words.js";
import { post, sentenceOf } from "/reception/static/http.js";

const refusal = document.getElementById("refusal");

document.getElementById("print")?.addEventListener("click", () => print());

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-close]");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  refusal.hidden = true;
  const id = form.closest("[data-case]").dataset.case;
  const answer = await post(`/tasks/month/${id}/close`, new FormData(form)).catch(() => null);
  if (answer?.ok) {
    location.reload();
    return;
  }
  button.disabled = false;
  refusal.textContent = answer ? sentenceOf(answer.body) : said("サーバーに届きませんでした。もう一度お試しください。");
  refusal.hidden = false;
});
