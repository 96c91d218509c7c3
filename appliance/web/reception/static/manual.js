// A form in the pane, for numbers to ask about or a certificate: judged by the box while one types, so that each rule exists
// once. Nothing typed stands in a URL.

import { said } from "/static/words.js";
import { post, sentenceOf } from "./http.js";
import * as paper from "./paper.js";

const PAUSE = 250;

export function bring(form, onOpened) {
  const state = { touched: new Set(), told: new Set(), shown: [], timer: 0, turn: 0, isSending: false };
  for (const input of form.querySelectorAll("[data-field] input")) {
    if (input.value) state.touched.add(input.name);
    input.addEventListener("input", () => {
      clearTimeout(state.timer);
      state.timer = setTimeout(() => judge(form, state), PAUSE);
    });
    input.addEventListener("blur", () => {
      if (!input.value) return;
      state.touched.add(input.name);
      judge(form, state);
    });
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, state, onOpened);
  });
  paper.bring(form);
  form.addEventListener("click", (event) => {
    const era = event.target.closest("[data-era]");
    if (era) chooseEra(form.elements[era.dataset.eraFor], era.dataset.era);
  });
  if (form.elements.document) hintAtDocument(form);
  if (state.touched.size) judge(form, state);
  (form.elements.insurer_number ?? form.elements.programme).focus();
}

const LAST = "madoguchi-document";

// What was shown last is proposed: at most desks it is the same all day.
function hintAtDocument(form) {
  const select = form.elements.document;
  if (!form.elements.follows && localStorage[LAST]) select.value = localStorage[LAST];
  if (select.selectedIndex < 0) select.selectedIndex = 0;
  const hint = () => {
    const { hint: text, payer, numberLabel } = select.selectedOptions[0].dataset;
    form.querySelector("#document-hint").textContent = text;
    form.querySelector('[for="manual-insurer_number"]').textContent = payer;
    form.querySelector('[for="manual-number"]').textContent = numberLabel;
  };
  select.addEventListener("change", () => {
    hint();
    localStorage[LAST] = select.value;
  });
  hint();
}

// The era before what is typed, in place of another one.
function chooseEra(input, era) {
  input.value = era + input.value.replace(/^\s*(大正|昭和|平成|令和|[MTSHRmtshr])/, "");
  input.focus();
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

// As if it had been typed.
export function put(form, input, value) {
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("blur"));
  const next = [...form.querySelectorAll("[data-field] input")].find((one) => !one.value);
  (next ?? form.querySelector("[type=submit]")).focus();
}

async function judge(form, state) {
  const turn = ++state.turn;
  const answer = await post(form.dataset.judge, new FormData(form)).catch(() => null);
  if (answer?.ok && turn === state.turn) show(form, state, answer.body, false);
}

// An error of a field that is still being typed in would only disturb; it is shown once the field was left or sent.
// What was said of a field after sending stays until it is right: the look that follows the focus must not take it away.
function show(form, state, found, isSent) {
  for (const field of form.querySelectorAll("[data-field]")) {
    const name = field.dataset.field;
    const input = field.querySelector("input");
    if (isSent) state.told.add(name);
    const isQuiet = !state.told.has(name) && (!state.touched.has(name) || input === document.activeElement);
    const error = isQuiet ? "" : (found.errors[name] ?? "");
    const warning = error ? "" : (found.warnings[name] ?? []).join("");
    field.querySelector(".says").textContent = error || warning;
    field.classList.toggle("has-error", error !== "");
    field.classList.toggle("has-warning", warning !== "");
    input.setAttribute("aria-invalid", String(error !== ""));
  }
  state.shown = Object.values(found.warnings).flat();
  const echo = form.querySelector("#birthdate-echo");
  if (echo) echo.textContent = found.echo;
  const button = form.querySelector("[data-submit]");
  button.textContent = state.shown.length ? button.dataset.anyway : button.dataset.submit;
}

async function send(form, state, onOpened) {
  if (state.isSending) return;
  state.isSending = true;
  clearTimeout(state.timer);
  state.turn += 1;
  const refusal = form.querySelector("#manual-refusal");
  const body = new FormData(form);
  body.append("shown", JSON.stringify(state.shown));
  try {
    const answer = await post(form.dataset.send, body);
    // Who has gone on to the next patient meanwhile is not called back.
    if (answer.ok) return form.isConnected ? onOpened(answer.body.id) : undefined;
    tell(refusal, answer.status === 422 ? "" : sentenceOf(answer.body));
    if (answer.status === 422) {
      show(form, state, answer.body, true);
      form.querySelector(".has-error input")?.focus();
    }
  } catch {
    tell(refusal, said("装置につながりません。入力はそのままで、少し待ってからもう一度お試しください。"));
  } finally {
    state.isSending = false;
  }
}

// In the middle, because the button covers what lies at the lower edge.
function tell(refusal, text) {
  refusal.hidden = text === "";
  refusal.textContent = text;
  if (text) refusal.scrollIntoView({ block: "center" });
}
