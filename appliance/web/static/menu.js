// The menu opens and closes by itself (popover); here are its keys.

const menu = document.getElementById("menu");
const links = () => [...menu.querySelectorAll("a, button")];

function enter() {
  if (!menu.contains(document.activeElement)) (menu.querySelector("[aria-current]") ?? links()[0])?.focus();
}

menu.addEventListener("toggle", (event) => event.newState === "open" && enter());

function step(by) {
  const all = links();
  const here = all.indexOf(document.activeElement);
  all[(here + by + all.length) % all.length].focus();
}

// Before the page's own keys: with the menu open they mean the menu.
document.addEventListener(
  "keydown",
  (event) => {
    const isOpen = menu.matches(":popover-open");
    // The event comes later than the next key of a quick hand: the focus must be there before.
    if (event.code === "F2") menu.togglePopover() && enter();
    else if (isOpen && event.code === "Escape") menu.hidePopover();
    else if (isOpen && event.code === "ArrowDown") step(1);
    else if (isOpen && event.code === "ArrowUp") step(-1);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);
