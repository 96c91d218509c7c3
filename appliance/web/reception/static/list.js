// The rows: where each belongs, moving through them, narrowing them down.

import { said } from "/static/words.js";
import { decorate } from "./attending.js";
import { elementFrom } from "./http.js";

const rows = document.getElementById("rows");
const expected = document.getElementById("expected-rows");

export const isExpected = (id) => id.includes("-");
export const pathOf = (id) => (isExpected(id) ? `/reception/expected/${id.replace("-", "/")}` : `/reception/checks/${id}`);

// One row a patient: what was asked again stands in the row of the newest question, who was expected in that of the check.
const hasCome = (id) => rows.querySelector(`:scope > [data-came="${id}"]`) !== null;
const isFolded = (row) =>
  isExpected(row.dataset.id) ? hasCome(row.dataset.id) : Boolean(row.dataset.later && find(row.dataset.later));
const everything = () => [...rows.children, ...expected.children];

export const all = () => everything().filter((row) => !isFolded(row));
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
  const focused = old?.contains(document.activeElement) ? document.activeElement : null;
  const isOpen = old && linkOf(old).getAttribute("aria-current") === "true";
  old?.remove();
  rows.insertBefore(row, [...rows.children].find((other) => comesBefore(row, other)) ?? null);
  row.classList.add("arrived");
  decorate(row);
  if (isOpen) linkOf(row).setAttribute("aria-current", "true");
  if (focused) (row.querySelector(focused.matches("[data-act]") ? `[data-act="${focused.dataset.act}"]` : null) ?? linkOf(row)).focus({ preventScroll: true });
  narrow();
  return row;
}

// All who are expected, drawn anew.
export function expect(html) {
  const at = expected.contains(document.activeElement) ? document.activeElement.closest(".row").id : "";
  const open = expected.querySelector("[aria-current]")?.closest(".row").dataset.id;
  expected.innerHTML = html;
  decorate(expected);
  if (open) markOpen(open);
  if (at) document.getElementById(at)?.querySelector(".row-link").focus({ preventScroll: true });
  narrow();
}

export function markOpen(id) {
  for (const row of everything()) linkOf(row).toggleAttribute("aria-current", false);
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

const LARGE = { ァ: "ア", ィ: "イ", ゥ: "ウ", ェ: "エ", ォ: "オ", ッ: "ツ", ャ: "ヤ", ュ: "ユ", ョ: "ヨ", ヮ: "ワ" };

// As the box folds what it compares: width, kind of kana, small kana and kinds of dividers make no difference.
const folded = (text) =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/\s/g, "")
    .replace(/[ぁ-ゖ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) + 0x60))
    .replace(/[ァィゥェォッャュョヮ]/g, (kana) => LARGE[kana])
    .replace(/[‐‑‒–—―−─・]/g, "-");

// A date in the one form in which rows carry theirs: S54.03.05 and 昭和54年3月5日 are told from 12-0345 by what follows the year.
const dated = (text) => text.replace(/[年月./]/g, "-").replace(/日$/, "").replace(/-0+(?=\d)/g, "-");

const VIEWS = {
  all: () => true,
  needs: (row) => row.dataset.needs === "1",
  open: (row) => ["wait", "busy"].includes(row.dataset.tone),
  expected: (row) => isExpected(row.dataset.id),
};
let view = "all";

export function show(name) {
  view = name;
  for (const button of document.querySelectorAll("[data-view]")) {
    button.setAttribute("aria-pressed", String(button.dataset.view === name));
  }
  narrow();
}

// Searched here and nowhere else: what one looks for never leaves the page.
export function narrow() {
  const wanted = folded(document.getElementById("filter").value);
  const asDate = dated(wanted);
  for (const row of everything()) row.hidden = isFolded(row);
  for (const row of all()) {
    const text = `${folded(row.querySelector(".who").textContent)}|${row.dataset.find}`;
    row.hidden = !VIEWS[view](row) || !(text.includes(wanted) || text.includes(asDate));
  }
  count(wanted !== "" || view !== "all");
}

function count(isNarrowed) {
  const found = all();
  for (const [name, holds] of Object.entries(VIEWS)) {
    document.querySelector(`[data-view="${name}"] b`).textContent = found.filter(holds).length;
  }
  document.getElementById("expected").hidden = ![...expected.children].some((row) => !row.hidden);
  document.querySelector("#expected-title b").textContent = said("{count}人", { count: found.filter(VIEWS.expected).length });
  const needing = found.filter(VIEWS.needs).length;
  document.getElementById("nobody").hidden = found.length > 0;
  document.getElementById("nomatch").hidden = !isNarrowed || found.length === 0 || visible().length > 0;
  document.title = document.title.replace(/^(\(\d+\) )?/, needing ? `(${needing}) ` : "");
}
