// The pane beside the list: a check's detail or the manual form. It never covers the list on a wide screen.

import { said } from "/static/words.js";
import * as attending from "./attending.js";
import * as copying from "./copying.js";
import { elementFrom, fragment, post, sentenceOf } from "./http.js";
import * as helping from "/helping/static/helping.js";
import * as list from "./list.js";
import * as manual from "./manual.js";

const pane = document.getElementById("pane");
const idle = pane.firstElementChild;
let turn = 0;
// What is on its way into the pane: what is there already must not be drawn anew over it.
let awaited = "";

function begin(id = "") {
  awaited = id;
  return ++turn;
}

export const openId = () => pane.querySelector(".detail")?.dataset.id ?? "";
export const isManual = () => pane.querySelector(".manual") !== null;

// `about` is the check that the pane is about without showing it, for instance while its numbers are put right.
function fill(element, id, about = id) {
  awaited = "";
  pane.replaceChildren(element);
  document.body.classList.toggle("has-pane", element !== idle);
  list.markOpen(id);
  attending.turnTo(about);
  attending.decorate(pane);
  copying.bring();
}

export async function open(id, { isRefresh = false } = {}) {
  if (isRefresh && awaited && awaited !== id) return undefined;
  const mine = isRefresh ? ++turn : begin(id);
  const before = pane.scrollTop;
  const answer = await fragment(`${list.pathOf(id)}${isRefresh ? "?refresh=1" : ""}`).catch(() => null);
  if (mine !== turn) return undefined;
  if (!answer?.ok) {
    awaited = "";
    return say(said("内容を取り出せませんでした。少し待ってから、もう一度開いてください。"));
  }
  const act = pane.contains(document.activeElement) ? document.activeElement.dataset.act : undefined;
  const kept = isRefresh ? pane.querySelector("details[data-touched]") : null;
  const focused = kept?.contains(document.activeElement) ? document.activeElement : null;
  const typed = isRefresh && document.activeElement.matches("#pane input[id]") ? document.activeElement : null;
  fill(elementFrom(answer.text), id);
  // What somebody is filling in must not be taken from under their hands.
  if (kept) pane.querySelector("details.received")?.replaceWith(kept);
  focused?.focus({ preventScroll: true });
  if (typed) retype(typed);
  if (isRefresh) pane.scrollTop = before;
  else pane.scrollTop = 0;
  if (act) (pane.querySelector(`[data-act="${act}"]`) ?? pane.querySelector("h2")).focus({ preventScroll: true });
  return isBehind(id) ? open(id, { isRefresh: true }) : undefined;
}

function retype(before) {
  const input = document.getElementById(before.id);
  if (!input || input === before) return;
  input.value = before.value;
  input.focus({ preventScroll: true });
}

// While the detail was on its way the row may have moved on, and its event found no open detail yet.
function isBehind(id) {
  const row = list.find(id);
  const shown = pane.querySelector(".detail");
  return row !== null && shown !== null && Number(row.dataset.revision) > Number(shown.dataset.revision);
}

export async function openManual(from = "") {
  const mine = begin();
  const answer = await fragment(`/reception/manual${from ? `?from=${from}` : ""}`).catch(() => null);
  if (mine !== turn || !answer?.ok) return;
  const form = elementFrom(answer.text);
  fill(form, "", from);
  pane.scrollTop = 0;
  manual.bring(form, (id) => open(id).then(() => list.find(id) && list.linkOf(list.find(id)).focus()));
}

// The certificates of public expense: their list, one of them, or a new one of the patient of the open check.
export async function openCertificates(path = "/reception/certificates") {
  const about = openId();
  const mine = begin();
  const answer = await fragment(path).catch(() => null);
  if (mine !== turn) return;
  if (!answer?.ok) return say(said("内容を取り出せませんでした。少し待ってから、もう一度開いてください。"));
  const element = elementFrom(answer.text);
  fill(element, "", about);
  pane.scrollTop = 0;
  if (!element.matches("form")) return element.querySelector("h2").focus();
  manual.bring(element, () => (about ? open(about) : openCertificates()));
}

pane.addEventListener("click", async (event) => {
  const edited = event.target.closest("[data-certificate]");
  if (edited) return openCertificates(`/reception/certificates/${edited.dataset.certificate}`);
  const ended = event.target.closest("[data-end]");
  if (!ended) return undefined;
  const answer = await post(ended.dataset.end, new FormData()).catch(() => null);
  return answer?.ok ? openCertificates() : refuse(answer);
});

const openReaderName = () => pane.querySelector(".helping")?.dataset.at ?? "";

export async function openReader(name, { isRefresh = false } = {}) {
  const mine = begin();
  const element = await helping.draw(name);
  if (mine !== turn || !element) return;
  fill(element, "");
  if (!isRefresh) element.querySelector("h2").focus();
}

// The patient went a step further: what reception sees there goes with them.
export function readersMoved() {
  if (openReaderName()) openReader(openReaderName(), { isRefresh: true });
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
  const button = pane.querySelector(`[data-act="${kind}"]`);
  if (button) button.disabled = true;
  const answer = await post(`${list.pathOf(id)}/${kind}`, new FormData()).catch(() => null);
  if (button) button.disabled = false;
  if (!answer?.ok) return refuse(answer);
  if (kind === "repeat") return open(answer.body.id);
  // What is shown by now may be another visit of the same patient, drawn before this was done.
  const next = awaited || openId();
  return next && next !== id ? open(next, { isRefresh: true }) : undefined;
}

export function refuse(answer) {
  say(answer ? sentenceOf(answer.body) : said("装置につながりません。少し待ってから、もう一度お試しください。"));
}

function say(text) {
  pane.querySelector(".refusal")?.remove();
  const line = document.createElement("p");
  line.className = "refusal";
  line.role = "alert";
  line.textContent = text;
  pane.firstElementChild.prepend(line);
}
