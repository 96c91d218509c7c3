// The pane beside the list: a check's detail or the manual form. It never covers the list on a wide screen.

import { said } from "/static/words.js";
import { released } from "/static/pressing.js";
import * as attending from "./attending.js";
import * as copying from "./copying.js";
import { elementFrom, fragment, post, sentenceOf } from "./http.js";
import * as helping from "/helping/static/helping.js";
import { keep } from "./keeping.js";
import * as list from "./list.js";
import * as manual from "./manual.js";

const pane = document.getElementById("pane");
const idle = pane.firstElementChild;
const SETTLE = 200;
const HELPING = "/helping/";
let turn = 0;
// What stands in the pane and what is on its way into it: a check by its id, all else by its address, "" for nothing.
let shown = "";
let awaited = "";
// What is on its way has changed since it was asked for.
let isStale = false;
let settling = 0;
let waiting = [];

// What the pane is about, as soon as somebody has asked for it.
export const subject = () => awaited || shown;
// Whoever has gone on to the next patient while something was done is not called back.
const isStill = (what) => subject() === what;
export const openId = () => pane.querySelector(".detail")?.dataset.id ?? "";

function begin(what = "") {
  clearTimeout(settling);
  // What was pressed for one patient is not done to the next.
  if (what !== awaited) waiting = [];
  awaited = what;
  isStale = false;
  return ++turn;
}

// What is pressed while another patient's pane is on its way is meant for that one.
export function whenThere(then) {
  if (awaited) waiting.push(then);
  else then();
}

function arrived() {
  awaited = "";
  const all = waiting;
  waiting = [];
  for (const then of all) then();
}

// `about` is the check that the pane is about without showing it, for instance while its numbers are put right.
function fill(element, what, { id = "", about = id, isRefresh = false } = {}) {
  const bringBack = isRefresh && what === shown ? keep(pane) : null;
  const act = pane.contains(document.activeElement) ? document.activeElement.dataset.act : undefined;
  hush();
  shown = what;
  pane.replaceChildren(element);
  document.body.classList.toggle("has-pane", element !== idle);
  list.markOpen(id);
  attending.turnTo(about);
  attending.decorate(pane);
  copying.bring();
  if (bringBack) bringBack();
  else {
    pane.scrollTop = 0;
    if (act && id) (pane.querySelector(`[data-act="${act}"]`) ?? pane.querySelector("h2")).focus({ preventScroll: true });
  }
  arrived();
}

// The element at `path`; null when it did not come, or the pane has gone on to something else.
async function fetched(what, path, isRefresh = false) {
  const mine = isRefresh ? ++turn : begin(what);
  const answer = await fragment(path).catch(() => null);
  await released();
  if (mine !== turn) return null;
  if (answer?.ok) return elementFrom(answer.text);
  awaited = "";
  waiting = [];
  say(said("内容を取り出せませんでした。少し待ってから、もう一度開いてください。"), { isPassing: true });
  return null;
}

export async function open(id, { isRefresh = false } = {}) {
  const element = await fetched(id, `${list.pathOf(id)}${isRefresh ? "?refresh=1" : ""}`, isRefresh);
  if (!element) return undefined;
  fill(element, id, { id, isRefresh });
  return isStale || isBehind(id) ? refresh(id) : undefined;
}

// Only where one stops is opened: every opening is written into the audit trail.
export function openSoon(id) {
  begin(id);
  settling = setTimeout(() => open(id), SETTLE);
}

// Draws `what` anew where it is shown; what is on its way was perhaps made before the change, and something else stays.
export function refresh(what) {
  if (subject() !== what) return undefined;
  isStale = awaited !== "";
  if (isStale) return undefined;
  return what.startsWith(HELPING) ? openReader(what.slice(HELPING.length), { isRefresh: true }) : open(what, { isRefresh: true });
}

// While the detail was on its way the row may have moved on, and its event found no open detail yet.
function isBehind(id) {
  const row = list.find(id);
  const detail = pane.querySelector(".detail");
  return row !== null && detail !== null && Number(row.dataset.revision) > Number(detail.dataset.revision);
}

export async function openManual(from = "") {
  const path = `/reception/manual${from ? `?from=${from}` : ""}`;
  const form = await fetched(path, path);
  if (!form) return;
  fill(form, path, { about: from });
  manual.bring(form, (id) => isStill(path) && open(id).then(() => list.find(id) && list.linkOf(list.find(id)).focus()));
}

// The certificates of public expense: their list, one of them, or a new one of the patient of the open check.
export async function openCertificates(path = "/reception/certificates") {
  const about = openId();
  const element = await fetched(path, path);
  if (!element) return undefined;
  fill(element, path, { about });
  if (!element.matches("form")) return element.querySelector("h2").focus();
  return manual.bring(element, () => isStill(path) && (about ? open(about) : openCertificates()));
}

pane.addEventListener("click", async (event) => {
  const edited = event.target.closest("[data-certificate]");
  if (edited) return openCertificates(`/reception/certificates/${edited.dataset.certificate}`);
  const ended = event.target.closest("[data-end]");
  if (!ended) return undefined;
  const here = subject();
  const answer = await post(ended.dataset.end, new FormData()).catch(() => null);
  if (!answer?.ok) return refuse(answer);
  return isStill(here) ? openCertificates() : undefined;
});

export async function openReader(name, { isRefresh = false } = {}) {
  const what = `${HELPING}${name}`;
  const element = await fetched(what, what, isRefresh);
  if (!element) return undefined;
  fill(element, what, { isRefresh });
  if (!isRefresh) element.querySelector("h2").focus();
  return isStale ? refresh(what) : undefined;
}

// The patient went a step further: what reception sees there goes with them.
export function readersMoved() {
  if (subject().startsWith(HELPING)) refresh(subject());
}

pane.addEventListener("click", (event) => {
  const button = event.target.closest("[data-help]");
  if (button) helping.press(button, say);
});

export function close() {
  begin();
  const id = openId();
  fill(idle, "");
  const row = (id && list.find(id)) || list.visible()[0];
  if (row) list.linkOf(row).focus();
}

export async function act(kind, id) {
  if (kind === "correct") return openManual(id);
  if (kind === "certificate") return openCertificates(`/reception/checks/${id}/certificate`);
  hush();
  const button = pane.querySelector(`[data-act="${kind}"]`);
  if (button) button.disabled = true;
  const answer = await post(`${list.pathOf(id)}/${kind}`, new FormData()).catch(() => null);
  if (button) button.disabled = false;
  if (!answer?.ok) return refuse(answer);
  if (kind === "repeat") return isStill(id) || isStill("") ? open(answer.body.id) : undefined;
  return done(id);
}

// Something was done to this check. What is shown by now may be another visit of the same patient, drawn before.
export function done(id) {
  const next = subject();
  return next && next !== id && !next.startsWith("/") ? refresh(next) : undefined;
}

export function refuse(answer) {
  say(answer ? sentenceOf(answer.body) : said("装置につながりません。少し待ってから、もう一度お試しください。"));
}

// A form has lines of its own, which stay.
export const hush = () => pane.querySelector("[data-said]")?.remove();

// What is said of a press stays when the pane is drawn anew; that it could not be drawn does not.
function say(text, { isPassing = false } = {}) {
  hush();
  const line = document.createElement("p");
  line.className = "refusal";
  line.role = "alert";
  line.textContent = text;
  line.dataset.said = isPassing ? "passing" : "";
  pane.firstElementChild.prepend(line);
}
