// 対応中: this page says what it has before it, and shows what others have. A courtesy: nothing is ever locked.

import { said } from "/static/words.js";
import { send } from "./http.js";
import { pathOf } from "./list.js";

const SAY_AGAIN = 20_000;
const IDLE = 180_000;
const LONGEST = 5_000;

const page = crypto.randomUUID();
let mine = "";
let lastTouch = Date.now();
let others = [];

const isIdle = () => Date.now() - lastTouch > IDLE;

let last = Promise.resolve();

function tell(path) {
  const body = new FormData();
  body.set("page", page);
  return send(path, body, { keepalive: true, signal: AbortSignal.timeout(LONGEST) }).catch(() => undefined);
}

// One after the other: two that overtake each other would leave this page with what it has turned away from.
function say(path) {
  last = last.then(() => tell(path));
}

const sayAgain = () => mine && !isIdle() && say(`${pathOf(mine)}/attend`);

// What this page has before it now; empty for nothing.
export function turnTo(id) {
  if (id === mine) return;
  mine = id;
  lastTouch = Date.now();
  if (mine) sayAgain();
  else say("/reception/leave");
}

function touched() {
  const wasIdle = isIdle();
  lastTouch = Date.now();
  if (wasIdle) sayAgain();
}

export function heard(text) {
  others = JSON.parse(text).filter(([, whose]) => whose !== page);
  document.querySelectorAll("[data-attending]").forEach(show);
}

// Within `root`, say who else works on what.
export const decorate = (root) => root.querySelectorAll("[data-attending]").forEach(show);

function show(place) {
  const id = place.closest("[data-id]").dataset.id;
  const desks = others.filter(([check]) => check === id).map(([, , desk]) => desk);
  place.hidden = desks.length === 0;
  place.textContent = desks.length ? said("対応中: {desks}", { desks: [...new Set(desks)].join(said("、")) }) : "";
}

for (const name of ["keydown", "pointerdown"]) document.addEventListener(name, touched, { capture: true, passive: true });
window.addEventListener("pagehide", () => mine && tell("/reception/leave"));
window.addEventListener("pageshow", (event) => event.persisted && sayAgain());
setInterval(sayAgain, SAY_AGAIN);
