// The rows: where each belongs, moving through them, narrowing them down.

import { elementFrom } from "./http.js";

const rows = document.getElementById("rows");

export const all = () => [...rows.children];
export const visible = () => all().filter((row) => !row.hidden);
export const find = (id) => document.getElementById(`check-${id}`);
export const linkOf = (row) => row.querySelector(".row-link");

function comesBefore(a, b) {
  if (a.dataset.needs !== b.dataset.needs) return a.dataset.needs > b.dataset.needs;
  return Number(a.dataset.seq) > Number(b.dataset.seq);
}

// Returns the row that stands in the list now, or null when what came is older than what is there.
export function place(html) {
  const row = elementFrom(html);
  const old = find(row.dataset.id);
  if (old && Number(old.dataset.revision) >= Number(row.dataset.revision)) return null;
  const hadFocus = old?.contains(document.activeElement);
  const isOpen = old && linkOf(old).getAttribute("aria-current") === "true";
  old?.remove();
  rows.insertBefore(row, all().find((other) => comesBefore(row, other)) ?? null);
  row.classList.add("arrived");
  if (isOpen) linkOf(row).setAttribute("aria-current", "true");
  if (hadFocus) linkOf(row).focus({ preventScroll: true });
  narrow();
  return row;
}

export function markOpen(id) {
  for (const row of all()) linkOf(row).toggleAttribute("aria-current", false);
  const row = id && find(id);
  if (row) linkOf(row).setAttribute("aria-current", "true");
}

export function step(by) {
  const shown = visible();
  const here = shown.findIndex((row) => row.contains(document.activeElement) || linkOf(row).hasAttribute("aria-current"));
  const next = shown[here < 0 ? 0 : Math.min(Math.max(here + by, 0), shown.length - 1)];
  if (next) linkOf(next).focus();
  next?.scrollIntoView({ block: "nearest" });
  return next;
}

const folded = (text) =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/\s/g, "")
    .replace(/[ぁ-ゖ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) + 0x60));

export function narrow() {
  const wanted = folded(document.getElementById("filter").value);
  for (const row of all()) row.hidden = wanted !== "" && !folded(row.querySelector(".who").textContent).includes(wanted);
  count(wanted !== "");
}

function count(isNarrowed) {
  const found = all();
  const needing = found.filter((row) => row.dataset.needs === "1").length;
  const waiting = found.filter((row) => row.dataset.tone === "wait").length;
  const parts = [`${found.length}件`];
  if (needing) parts.push(`要確認 ${needing}件`);
  if (waiting) parts.push(`照会待ち ${waiting}件`);
  document.getElementById("counts").textContent = parts.join("・");
  document.getElementById("nobody").hidden = found.length > 0;
  document.getElementById("nomatch").hidden = !isNarrowed || found.length === 0 || visible().length > 0;
  document.title = document.title.replace(/^(\(\d+\) )?/, needing ? `(${needing}) ` : "");
}
