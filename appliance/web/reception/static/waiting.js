// How long an answer has been out: said from the fifth second on, with what can be done meanwhile.

const HINT = 5;
const LONG = 10;
const offset = Number(document.body.dataset.now) - Date.now();

function tick() {
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
