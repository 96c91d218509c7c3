// Nobody has touched any page of this browser for a while: cover them all, and tell the box. The password uncovers them as they were.

import { said } from "/static/words.js";

const dialog = document.getElementById("lock");
const form = dialog.querySelector("form");
const problem = dialog.querySelector(".refusal");
const after = Number(document.querySelector('meta[name="lock-after"]').content) * 60_000;
// Of this sign-in: what an earlier one left behind does not count.
const ALL = "madoguchi-touched-";
const MINE = ALL + form.elements.csrf_token.value.slice(0, 8);
const TOLD = 5_000;
// Pages that an earlier sign-in left open must not cover those of the next one, nor be uncovered with them.
const channel = new BroadcastChannel(`madoguchi-lock-${MINE}`);
const title = document.title;
let told = 0;
let isCovered = false;
let isLocked = false;
let locking = null;

// All pages of this browser share the moment of the last touch; it outlives a browser that was closed.
const touched = () => Number(localStorage.getItem(MINE) ?? 0);

function touch() {
  if (isCovered || Date.now() - told < TOLD) return;
  told = Date.now();
  localStorage.setItem(MINE, String(told));
}

const send = (path, body) =>
  fetch(path, { method: "POST", body, headers: { "X-CSRF-Token": form.elements.csrf_token.value, Accept: "application/json" } });

function cover() {
  if (isCovered) return;
  isCovered = true;
  document.querySelectorAll(":popover-open").forEach((one) => one.hidePopover());
  document.title = said("ロック中");
  dialog.showModal();
}

function uncover() {
  told = 0;
  isCovered = isLocked = false;
  dialog.close();
  document.title = title;
  touch();
}

async function lock() {
  cover();
  channel.postMessage("lock");
  locking = send("/lock").catch(() => null);
  // Without an answer the page is covered all the same; the next look tells the box again.
  isLocked = (await locking)?.ok === true;
}

function look() {
  if (isCovered ? !isLocked : Date.now() - touched() >= after) lock();
}

form.addEventListener("submit", async (event) => {
  if (event.submitter?.hasAttribute("formaction")) return;
  event.preventDefault();
  // A quick password must not overtake the lock that it opens.
  await locking;
  const answer = await send("/unlock", new URLSearchParams({ password: form.elements.password.value })).catch(() => null);
  form.elements.password.value = "";
  problem.hidden = answer?.ok === true;
  if (answer?.ok) {
    channel.postMessage("unlock");
    return uncover();
  }
  // Signed out meanwhile, or the sign-in is over.
  if (answer?.status === 403) return location.assign("/sign-in");
  const error = (await answer?.json().catch(() => null))?.error;
  if (error?.code === "AUTH-002") return location.assign("/sign-in");
  problem.textContent = error ? `${error.title}。${error.advice}` : said("装置につながりません。もう一度お試しください。");
  form.elements.password.focus();
});

// Escape must not uncover it, nor keys reach the page below.
dialog.addEventListener("cancel", (event) => event.preventDefault());
dialog.addEventListener("close", () => isCovered && dialog.showModal());
window.addEventListener("keydown", (event) => isCovered && event.stopImmediatePropagation(), true);
channel.onmessage = ({ data }) => {
  if (data === "unlock") return isCovered && uncover();
  cover();
  isLocked = true;
};

if (touched() === 0) {
  Object.keys(localStorage).filter((key) => key.startsWith(ALL)).forEach((key) => localStorage.removeItem(key));
  touch();
}
look();
for (const kind of ["pointerdown", "keydown", "wheel", "touchstart"]) document.addEventListener(kind, touch, { passive: true });
document.addEventListener("visibilitychange", look);
setInterval(look, 10_000);
