import { onPress } from "./press.js";

const bar = document.querySelector(".bar");
let opener = null;
const NAMES = ["big", "contrast", "voice"];

// How the screen is shown belongs to the visit, not to this page: it is sent to the box and comes back with the next screen.
export function bring(stage, touch) {
  bar.inert = false;
  for (const name of NAMES) document.body.classList.toggle(`wants-${name}`, stage.dataset[name] === "yes");
  for (const button of stage.querySelectorAll("[data-language]")) {
    onPress(button, () => touch("language", { language: button.dataset.language }));
  }
  for (const button of stage.querySelectorAll("[data-display]")) {
    onPress(button, () => {
      const display = Object.fromEntries(NAMES.map((name) => [name, stage.dataset[name] === "yes"]));
      display[button.dataset.display] = !display[button.dataset.display];
      touch("display", { display });
    });
  }
  for (const sheet of stage.querySelectorAll("[data-sheet]")) {
    onPress(sheet.querySelector("[data-close]"), () => close(stage));
  }
}

export function open(stage, name) {
  const sheet = stage.querySelector(`[data-sheet="${name}"]`);
  if (!sheet) return;
  close(stage);
  opener = document.activeElement;
  block(stage, true);
  sheet.hidden = false;
  sheet.querySelector("h1").focus();
}

// True when there was one to close.
export function close(stage) {
  const sheet = stage.querySelector("[data-sheet]:not([hidden])");
  if (!sheet) return false;
  sheet.hidden = true;
  block(stage, false);
  opener?.focus();
  return true;
}

export const isOpen = (stage) => stage.querySelector("[data-sheet]:not([hidden])") !== null;

// What lies behind a sheet is neither read out nor reached by Tab.
function block(stage, isBehind) {
  for (const part of [...stage.children, bar]) {
    if (!part.matches("[data-sheet]")) part.inert = isBehind;
  }
}
