// What was opened does not stay on a screen that nobody touches, nor on one after the end. The next page says why.

const IDLE = 5 * 60_000;
const page = document.querySelector("[data-leave]");
const end = page.dataset.leave === "" ? Infinity : Date.now() + Number(page.dataset.leave) * 1000;
let touched = Date.now();

function leave(why) {
  page.replaceChildren();
  location.replace(`${page.dataset.leaveTo}?closed=${why}`);
}

for (const kind of ["pointerdown", "pointermove", "keydown", "scroll"]) {
  addEventListener(kind, () => (touched = Date.now()), { passive: true });
}
addEventListener("pageshow", (event) => event.persisted && leave("idle"));
setInterval(() => {
  if (Date.now() > end) leave("over");
  else if (Date.now() - touched > IDLE) leave("idle");
}, 1000);
