import { Consents } from "./consents.js";
import { CardNumber } from "./number.js";
import * as options from "./options.js";
import { Pad } from "./pad.js";
import { onPress, settle } from "./press.js";
import { send } from "./send.js";
import { play } from "./sound.js";
import { follow } from "./stream.js";

const place = document.getElementById("place");
const notice = document.getElementById("notice");
const back = document.getElementById("back");
const staff = document.getElementById("staff");
const help = document.getElementById("help");
const optionsButton = document.getElementById("options");
const page = place.dataset.address;
const SLOW = 5000;

let key = place.dataset.key;
let pad = null;
let consents = null;
let clock = null;

const stage = () => place.firstElementChild;
const words = () => JSON.parse(stage().dataset.words);
const visit = () => stage().dataset.visit;
const hasOtherWay = () => stage().dataset.otherWay === "yes";

function say(words) {
  notice.hidden = !words;
  notice.textContent = words;
}

async function touch(kind, body) {
  say("");
  const trouble = await send(`${page}/${kind}`, { visit: visit(), ...body });
  // The visit has moved on: the stream brings the new screen.
  if (trouble && trouble !== "VISIT-001") say(words().not_sent);
  return !trouble || trouble === "VISIT-001";
}

async function answer(kind, body, part) {
  const screen = key;
  if (!(await touch(kind, { ...body, screen })) && screen === key) part.again();
}

function drawBack() {
  const goesBack = (consents?.canGoBack ?? false) || hasOtherWay();
  const { other_way, back: backWord, cancel } = words();
  const label = hasOtherWay() ? other_way : goesBack ? backWord : cancel;
  if (label !== back.textContent) settle(back);
  back.textContent = label;
  back.classList.toggle("away", !goesBack && stage().dataset.cancel !== "yes");
}

function drawStaff(isCalled) {
  staff.textContent = isCalled ? words().staff_called : words().staff;
  staff.disabled = isCalled;
}

function goBack() {
  if (options.close(stage())) return;
  if (consents?.canGoBack) consents.back();
  else if (hasOtherWay()) touch("back", {});
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

// The number's page first asks whether the camera or the keys; the keys are on it already.
function showKeys() {
  const number = place.querySelector(".number");
  place.querySelector("[data-number-ways]").hidden = true;
  number.hidden = false;
  pad = new CardNumber(number, (typed) => answer("number", { number: typed }, pad));
  number.querySelector("h1").focus();
}

function begin() {
  pad?.forget();
  clearInterval(clock);
  const number = place.querySelector(".number");
  const pin = number ? null : place.querySelector(".pin");
  const pages = place.querySelector(".consents");
  const elapsed = place.querySelector("[data-elapsed]");
  pad = number
    ? number.hidden
      ? null
      : new CardNumber(number, (typed) => answer("number", { number: typed }, pad))
    : pin && new Pad(pin, (typed) => answer("pin", { pin: typed }, pad));
  for (const button of place.querySelectorAll("[data-way]")) {
    onPress(button, () => touch("way", { way: button.dataset.way }));
  }
  for (const [name, act] of [
    ["show", () => touch("show", {})],
    ["type", () => touch("back", {})],
    ["keys", showKeys],
  ]) {
    const button = place.querySelector(`[data-${name}]`);
    if (button) onPress(button, act);
  }
  const phone = place.querySelector("[data-phone]");
  if (phone) onPress(phone, () => touch("phone", {}));
  consents = pages && new Consents(pages, (given) => answer("consents", given, consents), drawBack);
  if (elapsed) count(elapsed);
  options.bring(stage(), touch);
  play(stage());
  staff.classList.toggle("away", !visit());
  help.classList.toggle("away", stage().dataset.phase !== "idle");
  help.textContent = words().help;
  optionsButton.querySelector("span").textContent = words().options;
  drawBack();
}

function show(screen) {
  if (screen.key === key) {
    drawStaff(screen.staff_called);
    return;
  }
  key = screen.key;
  place.innerHTML = screen.html;
  document.body.lang = stage().lang;
  drawStaff(screen.staff_called);
  say("");
  begin();
  settle(stage()).then(() => place.querySelector("h1")?.focus());
}

onPress(back, goBack);
onPress(help, () => options.open(stage(), "help"));
onPress(optionsButton, () => options.open(stage(), "options"));
onPress(staff, () => touch("staff", {}));
document.addEventListener("keydown", (event) => {
  if (place.inert || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "Escape" && !event.repeat) goBack();
  else if (options.isOpen(stage())) return;
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
    say(words().lost);
  },
  found() {
    if (!place.inert) return;
    place.inert = false;
    say("");
  },
});
