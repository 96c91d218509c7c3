// Forms that the box judges, so that each rule exists once. What was typed stays until it is stored, whatever happens.

import { said } from "/static/words.js";

const PAUSE = 250;
const GONE = said("装置につながりません。入力はそのままで、少し待ってからもう一度お試しください。");
const SIGNED_OUT = said("サインインが切れました。別のタブでサインインしてから、もう一度押してください。入力はそのままです。");
const meta = document.querySelector('meta[name="csrf-token"]');

async function sent(path, body) {
  const headers = { "X-CSRF-Token": meta.content, Accept: "application/json" };
  const response = await fetch(path, { method: "POST", body, headers });
  return { ok: response.ok, status: response.status, body: await response.json() };
}

// Whoever signed in again in another tab has a new token.
async function renewToken() {
  const page = await fetch("/outage", { headers: { Accept: "text/html" } });
  const found = new DOMParser().parseFromString(await page.text(), "text/html");
  meta.content = found.querySelector('meta[name="csrf-token"]')?.content ?? meta.content;
}

async function post(path, body) {
  const answer = await sent(path, body);
  if (answer.status !== 403) return answer;
  await renewToken();
  return sent(path, body);
}

function sentenceOf({ error = {} }) {
  return said("{title}。{advice}（{code}）", {
    title: error.title ?? said("うまくいきませんでした"),
    advice: error.advice ?? said("もう一度お試しください。"),
    code: error.code ?? "-",
  });
}

export function bring(form) {
  const state = { touched: new Set(), told: new Set(), shown: [], timer: 0, turn: 0, isSending: false, isDirty: false };
  form.addEventListener("input", (event) => {
    state.isDirty = true;
    clearTimeout(state.timer);
    if (form.dataset.judge) state.timer = setTimeout(() => judge(form, state), PAUSE);
    if (event.target.matches("select, [type=radio], [type=date]")) state.touched.add(event.target.name);
  });
  form.addEventListener("focusout", (event) => {
    if (!event.target.value || !event.target.name) return;
    state.touched.add(event.target.name);
    if (form.dataset.judge && state.isDirty) judge(form, state);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, state, event.submitter);
  });
  window.addEventListener("beforeunload", (event) => {
    if (state.isDirty && form.isConnected) event.preventDefault();
  });
  if (form.dataset.judge && form.querySelector("[data-echo]")) judge(form, state);
  return state;
}

async function judge(form, state) {
  const turn = ++state.turn;
  const answer = await post(form.dataset.judge, new FormData(form)).catch(() => null);
  if (answer?.ok && turn === state.turn) show(form, state, answer.body, false);
}

// What is wrong with a field that one is still in would only disturb; it is shown once it was left, or all was sent.
// What was said of a field then stays until it is right.
function show(form, state, found, isSent) {
  for (const field of form.querySelectorAll("[data-field]")) {
    const name = field.dataset.field;
    const inputs = [...field.querySelectorAll("input, select")];
    if (isSent) state.told.add(name);
    const isQuiet = !state.told.has(name) && (!state.touched.has(name) || inputs.includes(document.activeElement));
    const error = isQuiet ? "" : (found.errors[name] ?? "");
    const warning = error || isQuiet ? "" : (found.warnings[name] ?? []).join("");
    field.querySelector(".says").textContent = error || warning;
    field.classList.toggle("has-error", error !== "");
    field.classList.toggle("has-warning", warning !== "");
    for (const input of inputs) input.setAttribute("aria-invalid", String(error !== ""));
  }
  const echo = form.querySelector("[data-echo]");
  if (echo) echo.textContent = found.echo;
  if (isSent) {
    state.shown = Object.values(found.warnings).flat();
    labelButtons(form, Object.keys(found.errors).length === 0 && state.shown.length > 0);
  }
}

function labelButtons(form, isAnyway) {
  for (const button of form.querySelectorAll("[data-anyway]")) {
    button.dataset.usual ??= button.textContent;
    button.textContent = isAnyway ? button.dataset.anyway : button.dataset.usual;
  }
}

function say(form, text) {
  const refusal = form.querySelector(".refusal");
  refusal.hidden = text === "";
  refusal.textContent = text;
  if (text === SIGNED_OUT) refusal.insertAdjacentHTML("beforeend", ` <a href="/sign-in?then=/" target="_blank">${said("サインインする")}</a>`);
}

async function send(form, state, submitter) {
  if (state.isSending) return;
  state.isSending = true;
  clearTimeout(state.timer);
  state.turn += 1;
  const body = new FormData(form, submitter);
  body.append("shown", JSON.stringify(state.shown));
  try {
    const answer = await post(form.getAttribute("action"), body);
    if (answer.ok) {
      state.isDirty = false;
      location.assign(answer.body.next);
      return;
    }
    refuse(form, state, answer);
  } catch {
    say(form, GONE);
  } finally {
    state.isSending = false;
  }
}

function refuse(form, state, answer) {
  if (answer.status === 401) return say(form, SIGNED_OUT);
  if (!answer.body.errors) return say(form, sentenceOf(answer.body));
  say(form, "");
  show(form, state, answer.body, true);
  return form.querySelector(".has-error :is(input, select), .has-warning :is(input, select)")?.focus();
}
