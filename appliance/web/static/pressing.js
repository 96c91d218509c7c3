// What is pressed is not drawn anew before it is let go: a browser gives no click when the element under the pointer was
// replaced between down and up.

// Whoever presses for longer than this, or lets go where the page does not see it, holds nothing up.
const LONGEST = 2_000;
const BY_SPACE = "button, summary, [type=checkbox], [type=radio]";
let waiting = [];
let isPressed = false;
let timer = 0;

function letGo() {
  isPressed = false;
  const all = waiting;
  waiting = [];
  for (const then of all) then();
}

function press() {
  isPressed = true;
  clearTimeout(timer);
  timer = setTimeout(letGo, LONGEST);
}

// The click comes with the up, and whoever hears it wants to find the page as it was pressed.
function release() {
  if (!isPressed) return;
  clearTimeout(timer);
  timer = setTimeout(letGo);
}

const how = { capture: true, passive: true };
document.addEventListener("pointerdown", press, how);
for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, release, how);
document.addEventListener("keydown", (event) => event.code === "Space" && event.target.matches?.(BY_SPACE) && press(), how);
document.addEventListener("keyup", (event) => event.code === "Space" && release(), how);
window.addEventListener("blur", release);

// Calls `then` at once, or as soon as nothing is pressed any more, in the order in which it was asked.
export function whenReleased(then) {
  if (isPressed) waiting.push(then);
  else then();
}

export const released = () => new Promise(whenReleased);
