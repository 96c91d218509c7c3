import { Consents } from "./consents.js";
import { Pad } from "./pad.js";
import { onPress, settle } from "./press.js";
import { send } from "./send.js";
import { follow } from "./stream.js";

const place = document.getElementById("place");
const notice = document.getElementById("notice");
const back = document.getElementById("back");
const staff = document.getElementById("staff");
const page = place.dataset.address;
const SLOW = 5000;

let key = place.dataset.key;
let pad = null;
let consents = null;
let clock = null;

const stage = () => place.firstElementChild;
const visit = () => stage().dataset.visit;

function say(words) {
  notice.hidden = !words;
  notice.textContent = words;
}

async function touch(kind, body) {
  say("");
  const trouble = await send(`${page}/${kind}`, { visit: visit(), ...body });
  // The visit has moved on: the stream brings the new screen.
  if (trouble && trouble !== "VISIT-001") say(notice.dataset.notSent);
  return !trouble || trouble === "VISIT-001";
}

async function answer(kind, body, part) {
  const screen = key;
  if (!(await touch(kind, { ...body, screen })) && screen === key) part.again();
}

function drawBack() {
  const goesBack = consents?.canGoBack ?? false;
  const label = goesBack ? back.dataset.back : back.dataset.cancel;
  if (label !== back.textContent) settle(back);
  back.textContent = label;
  back.classList.toggle("away", !goesBack && stage().dataset.cancel !== "yes");
}

function drawStaff(isCalled) {
  staff.textContent = isCalled ? staff.dataset.called : staff.dataset.call;
  staff.disabled = isCalled;
}

function goBack() {
  if (consents?.canGoBack) consents.back();
  else if (stage().dataset.cancel === "yes") touch("cancel", {});
}

function count(line) {
  const since = performance.now();
  clock = setInterval(() => {
    const passed = performance.now() - since;
    line.hidden = passed < SLOW;
    line.textContent = line.dataset.elapsed.replace("{seconds}", Math.floor(passed / 1000));
  }, 1000);
}

function begin() {
  pad?.forget();
  clearInterval(clock);
  const pin = place.querySelector(".pin");
  const pages = place.querySelector(".consents");
  const elapsed = place.querySelector("[data-elapsed]");
  pad = pin && new Pad(pin, (typed) => answer("pin", { pin: typed }, pad));
  consents = pages && new Consents(pages, (given) => answer("consents", { consents: given }, consents), drawBack);
  if (elapsed) count(elapsed);
  staff.classList.toggle("away", !visit());
  drawBack();
}

function show(screen) {
  drawStaff(screen.staff_called);
  if (screen.key === key) return;
  key = screen.key;
  place.innerHTML = screen.html;
  say("");
  begin();
  settle(stage()).then(() => place.querySelector("h1")?.focus());
}

onPress(back, goBack);
onPress(staff, () => touch("staff", {}));
document.addEventListener("keydown", (event) => {
  if (place.inert || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "Escape" && !event.repeat) goBack();
  else if (event.key === "Enter" && event.target.closest?.("button")) return;
  else if (pad?.key(event)) event.preventDefault();
});
for (const gesture of ["contextmenu", "gesturestart", "dragstart", "selectstart"]) {
  document.addEventListener(gesture, (event) => event.preventDefault());
}

begin();
follow(page, {
  screen: show,
  lost() {
    place.inert = true;
    say(notice.dataset.lost);
  },
  found() {
    if (!place.inert) return;
    place.inert = false;
    say("");
  },
});
