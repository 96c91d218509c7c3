// The menu opens and closes by itself (popover); here are its keys.

const menu = document.getElementById("menu");
const links = () => [...menu.querySelectorAll("a")];

menu.addEventListener("toggle", (event) => {
  if (event.newState === "open") (menu.querySelector("[aria-current]") ?? links()[0])?.focus();
});

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
    if (event.code === "F2") menu.togglePopover();
    else if (isOpen && event.code === "Escape") menu.hidePopover();
    else if (isOpen && event.code === "ArrowDown") step(1);
    else if (isOpen && event.code === "ArrowUp") step(-1);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);
