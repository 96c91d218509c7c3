// What goes on by the clock: how long an answer has been out, said from the fifth second on with what can be done meanwhile,
// and how long a consent still holds.

import { said } from "/static/words.js";

const HINT = 5;
const LONG = 10;
const offset = Number(document.body.dataset.now) - Date.now();

// In the words of the box, which wrote the first of them.
function left(end) {
  const minutes = Math.floor((end - Date.now() - offset) / 60_000);
  if (minutes < 0) return said("期限切れ");
  return minutes >= 60 ? said("あと{hours}時間", { hours: Math.floor(minutes / 60) }) : said("あと{minutes}分", { minutes });
}

function tick() {
  for (const note of document.querySelectorAll("[data-until]")) note.textContent = left(Number(note.dataset.until));
  for (const hint of document.querySelectorAll("[data-asking-since]")) {
    const seconds = Math.floor((Date.now() + offset - Number(hint.dataset.askingSince)) / 1000);
    hint.hidden = seconds < HINT;
    hint.querySelector(".seconds").textContent = seconds;
    hint.querySelector(".long").hidden = seconds < LONG;
  }
}

export function start() {
  tick();
  setInterval(tick, 1000);
}
