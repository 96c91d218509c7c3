// A page that waits for something the box is doing: asks whether it is done, and comes anew when it is.

const EVERY_MS = 1500;
// After so many looks it comes anew anyway: a wait that lasts has something to say.
const LOOKS = 20;

const waiting = document.getElementById("waiting");

async function isWaiting() {
  const answer = await fetch(waiting.dataset.ask, { headers: { Accept: "application/json" } });
  return !answer.ok || (await answer.json()).waiting;
}

// Whoever is at a form keeps what is opened and typed.
function isInUse() {
  const typed = [...document.querySelectorAll("form input:not([type=hidden])")].some((one) => one.value !== one.defaultValue);
  return typed || document.querySelector("details[open]") !== null || document.activeElement.closest("form") !== null;
}

async function look(left) {
  const stays = await isWaiting().catch(() => true);
  if (isInUse() || (stays && left > 0)) setTimeout(look, EVERY_MS, left - 1);
  else window.location.reload();
}

setTimeout(look, EVERY_MS, LOOKS);
