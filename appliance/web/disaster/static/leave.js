// What was found does not stay on a screen that nobody touches, nor on one after the end.

const IDLE = 5 * 60_000;
const page = document.querySelector("[data-leave]");
const end = page.dataset.leave === "" ? Infinity : Date.now() + Number(page.dataset.leave) * 1000;
let touched = Date.now();

function leave() {
  page.replaceChildren();
  location.replace("/disaster");
}

for (const kind of ["pointerdown", "pointermove", "keydown", "scroll"]) {
  addEventListener(kind, () => (touched = Date.now()), { passive: true });
}
addEventListener("pageshow", (event) => event.persisted && leave());
setInterval(() => {
  if (Date.now() - touched > IDLE || Date.now() > end) leave();
}, 1000);
