// Values taken to the レセコン by hand: one with its own button, all with K. Nothing leaves the PC.

import { said } from "/static/words.js";

const pane = document.getElementById("pane");

const valueOf = (line) => line.querySelector("[data-value]").textContent.trim();
const buttons = () => [...pane.querySelectorAll("[data-copy]")];

// One stop of the Tab key for all of them; the arrows go on from there.
export function bring() {
  const [first] = buttons();
  if (first) first.tabIndex = 0;
}

async function put(text, words) {
  const { id } = pane.querySelector(".detail").dataset;
  const isDone = await navigator.clipboard.writeText(text).then(
    () => true,
    () => false,
  );
  // The pane may have been drawn anew meanwhile, or be another patient's.
  const place = pane.querySelector(`.detail[data-id="${id}"] [data-copied]`);
  if (place) place.textContent = isDone ? words : said("写せませんでした。文字を選んで Ctrl+C を押してください。");
}

export function all() {
  const found = [...pane.querySelectorAll(".detail section [data-line]")];
  const text = found.map((line) => `${line.querySelector("dt").textContent.trim()}\t${valueOf(line)}`).join("\n");
  if (text) put(text, said("{count}項目を写しました。", { count: found.length }));
}

pane.addEventListener("click", (event) => {
  if (event.target.closest("[data-copy-all]")) return all();
  const button = event.target.closest("[data-copy]");
  if (!button) return undefined;
  const line = button.closest("[data-line]");
  return put(valueOf(line), said("「{name}」を写しました。", { name: line.querySelector("dt").textContent.trim() }));
});

pane.addEventListener("keydown", (event) => {
  const at = buttons().indexOf(event.target);
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.code];
  if (at < 0 || !by) return;
  event.preventDefault();
  event.stopPropagation();
  const next = buttons()[at + by];
  if (!next) return;
  event.target.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
});
