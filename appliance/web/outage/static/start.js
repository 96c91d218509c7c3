// The list: keys for what one does most, narrowing down as on the board.

import { bring } from "./judged.js";

const filter = document.getElementById("filter");
const rows = [...document.querySelectorAll(".notes tbody tr")];
const list = document.getElementById("make-list");
bring(list);

const folded = (text) =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/\s/g, "")
    .replace(/[ぁ-ゖ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) + 0x60));

const visible = () => rows.filter((row) => !row.hidden).map((row) => row.querySelector("a"));

function narrow() {
  const wanted = folded(filter.value);
  for (const row of rows) row.hidden = !folded(row.textContent).includes(wanted);
  const nomatch = document.getElementById("nomatch");
  if (nomatch) nomatch.hidden = visible().length > 0;
}

function move(by) {
  const links = visible();
  const here = links.indexOf(document.activeElement);
  links[here < 0 ? 0 : Math.min(Math.max(here + by, 0), links.length - 1)]?.focus();
}

const KEYS = {
  KeyN: () => document.getElementById("new").click(),
  KeyP: () => list.querySelector("button:not([disabled])")?.click(),
  Slash: () => filter.focus(),
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
};

filter.addEventListener("input", narrow);
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  const isTyping = event.target.matches("input, select, textarea");
  if (event.target === filter && ["ArrowDown", "Enter"].includes(event.code)) {
    event.preventDefault();
    move(0);
  } else if (event.target === filter && event.code === "Escape") {
    filter.value = "";
    narrow();
  } else if (!isTyping && KEYS[event.code]) {
    event.preventDefault();
    KEYS[event.code]();
  }
});
