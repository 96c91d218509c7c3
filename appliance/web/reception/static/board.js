// The departure board: live rows and tiles, one pane, and a key for every action.

import { said } from "/static/words.js";
import * as attending from "./attending.js";
import * as clock from "./clock.js";
import * as copying from "./copying.js";
import { send } from "./http.js";
import { redraw } from "./keeping.js";
import * as list from "./list.js";
import { Live } from "./live.js";
import * as manual from "./manual.js";
import * as numbering from "./numbering.js";
import * as pane from "./pane.js";
import "./received.js";
import { Scanner, fieldOf } from "./scanner.js";
import * as waiting from "./waiting.js";

const body = document.body;
const filter = document.getElementById("filter");
const announce = document.getElementById("announce");

function rowArrived(html) {
  const row = list.place(html);
  if (!row) return;
  const word = row.querySelector(".word").textContent;
  announce.textContent = `${row.querySelector(".name").textContent} ${word}`;
  // Whoever was expected has come: what is open goes on with their check.
  if (row.dataset.came && row.dataset.came === pane.subject()) return pane.open(row.dataset.id);
  if (row.dataset.id !== pane.openId()) return;
  pane.refresh(row.dataset.id);
  // What was just typed in may reach the pane before the list: then nothing has the focus yet.
  if (document.activeElement === document.body) list.linkOf(row).focus({ preventScroll: true });
}

function expectedArrived(html) {
  list.expect(html);
  const id = pane.subject();
  if (list.isExpected(id) && list.find(id)) pane.refresh(id);
}

function showTasks(count) {
  const badge = document.getElementById("task-count");
  badge.textContent = count;
  badge.hidden = count === "0";
}

new Live(
  Number(body.dataset.revision),
  {
    row: rowArrived,
    expected: expectedArrived,
    readers: (html) => {
      redraw(document.getElementById("readers"), html);
      pane.readersMoved();
    },
    links: (html) => redraw(document.getElementById("links"), html),
    tasks: showTasks,
    attending: attending.heard,
    day: (day) => day !== body.dataset.day && location.reload(),
  },
  (isUp) => {
    document.getElementById("banner").hidden = isUp;
    body.classList.toggle("is-live", isUp);
  },
);

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.button !== 0) return;
  const view = event.target.closest("[data-view]");
  if (view) return list.show(view.dataset.view);
  const action = event.target.closest("[data-act]")?.dataset.act;
  const row = event.target.closest(".row");
  if (action === "manual") pane.openManual();
  else if (action === "certificates") pane.openCertificates();
  else if (action === "close") pane.close();
  else if (action === "help") pane.openReader(event.target.closest("[data-reader]").dataset.reader);
  else if (action) pane.act(action, row?.dataset.id ?? pane.openId());
  else if (event.target.closest(".row-link")) {
    event.preventDefault();
    pane.open(row.dataset.id);
  }
});

filter.addEventListener("input", list.narrow);

function move(by) {
  const row = list.step(by);
  if (row) pane.openSoon(row.dataset.id);
}

function actOnOpen(kind) {
  const row = document.activeElement.closest?.(".row");
  const id = pane.openId() || row?.dataset.id;
  const canDo = document.querySelector(`#pane [data-act="${kind}"]`) || row?.querySelector(`[data-act="${kind}"]`);
  if (id && canDo) pane.act(kind, id);
  return Boolean(id && canDo);
}

// The one where somebody calls, else the first.
function helpAReader() {
  const tile = document.querySelector("#readers .calling") ?? document.querySelector("#readers [data-reader]");
  if (tile) pane.openReader(tile.dataset.reader);
}

function scanned(digits) {
  const form = document.querySelector("#pane .manual");
  if (form) return manual.put(form, fieldOf(form, digits), digits);
  list.show("all");
  filter.value = digits;
  list.narrow();
  const found = list.visible();
  if (found.length !== 1) return filter.focus();
  list.linkOf(found[0]).focus();
  return pane.open(found[0].dataset.id);
}

const KEYS = {
  KeyN: () => pane.openManual(),
  KeyA: () => list.show("all"),
  KeyY: () => list.show("needs"),
  KeyT: () => list.show("open"),
  KeyV: () => list.show("expected"),
  KeyL: () => pane.openCertificates(),
  KeyD: () => location.assign("/tasks"),
  KeyB: () => location.assign("/bulk"),
  KeyH: () => helpAReader(),
  Slash: () => filter.focus(),
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
};

// What these do depends on what is open.
const OF_THE_OPEN = {
  KeyC: () => actOnOpen("seen"),
  KeyR: () => actOnOpen("repeat") || actOnOpen("retry"),
  KeyE: () => actOnOpen("correct"),
  KeyW: () => actOnOpen("withdraw"),
  KeyK: () => copying.all(),
  KeyS: () => numbering.start(),
  KeyP: () => actOnOpen("certificate"),
  KeyO: () => actOnOpen("offer"),
  KeyM: () => location.assign(document.querySelector("#pane [data-note]")?.href ?? "/outage/notes/new"),
  KeyG: () => location.assign(document.querySelector("#pane [data-guide]")?.href ?? "/fallback"),
};

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.code === "Escape") return leave(event);
  if (event.target.matches("input, select, textarea")) return fromFilter(event);
  const act = KEYS[event.code];
  const ofTheOpen = OF_THE_OPEN[event.code];
  if (!act && !ofTheOpen) return undefined;
  event.preventDefault();
  return act ? act() : pane.whenThere(ofTheOpen);
});

function leave(event) {
  if (event.target === filter && filter.value) {
    filter.value = "";
    return list.narrow();
  }
  return pane.close();
}

function fromFilter(event) {
  if (event.target !== filter || !["ArrowDown", "Enter"].includes(event.code)) return;
  event.preventDefault();
  const first = list.visible()[0];
  if (first) list.linkOf(first).focus();
  if (first && event.code === "Enter") pane.open(first.dataset.id);
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-desk]");
  if (!form) return;
  event.preventDefault();
  const answer = await send("/reception/desk", new FormData(form)).catch(() => null);
  const name = form.elements.name.value.normalize("NFKC").trim();
  form.querySelector("[data-desk-said]").textContent = answer?.ok
    ? said("この端末は「{name}」です。", { name: name || said("サインインした人の名前") })
    : said("この名前は使えません。12文字までで入れてください。");
});

new Scanner(scanned);
clock.start();
waiting.start();
list.narrow();
if (body.dataset.open) pane.open(body.dataset.open);
else if (body.dataset.enter) pane.openManual(body.dataset.enter === "new" ? "" : body.dataset.enter);
