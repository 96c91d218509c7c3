// The catalogue is all on the page. The box says which rows fit and in which order; when it is gone, the words themselves decide.

import { said } from "/static/words.js";

const input = document.getElementById("words");
const list = document.getElementById("troubles");
const rows = [...list.children];
const buttons = [...document.querySelectorAll("[data-fault]:is(button)")];
const csrf = document.querySelector('meta[name="csrf-token"]').content;
let turn = 0;
let timer = 0;

async function asked(words) {
  const body = new URLSearchParams({ words });
  const headers = { "X-CSRF-Token": csrf, Accept: "application/json" };
  const answer = await fetch("/help/troubles/search", { method: "POST", body, headers });
  if (!answer.ok) throw new Error("no answer");
  return (await answer.json()).codes;
}

function alone(words) {
  const parts = words.normalize("NFKC").toLowerCase().split(/\s+/).map(fold).filter(Boolean);
  return rows.filter((row) => parts.every((part) => row.dataset.text.includes(part))).map((row) => row.dataset.code);
}

// As the box folds, as far as it matters: katakana is hiragana, small kana large, dashes and dots are nothing.
function fold(text) {
  return text
    .replace(/[ァ-ヶ]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0x60))
    .replace(/[ぁぃぅぇぉっゃゅょゎ]/g, (letter) => "あいうえおつやゆよわ"["ぁぃぅぇぉっゃゅょゎ".indexOf(letter)])
    .replace(/[ー\-‐‑‒–—―−・/、。（）()「」『』[\]【】,.?!]/g, "");
}

async function look() {
  const mine = ++turn;
  const words = input.value.trim();
  let codes = null;
  let isAway = false;
  if (words) {
    codes = await asked(words).catch(() => {
      isAway = true;
      return alone(words);
    });
  }
  if (mine === turn) show(codes, isAway);
}

function show(codes, isAway) {
  const fault = buttons.find((button) => button.getAttribute("aria-pressed") === "true")?.dataset.fault;
  const place = new Map((codes ?? rows.map((row) => row.dataset.code)).map((code, at) => [code, at]));
  const fits = (row) => place.has(row.dataset.code) && (!fault || row.dataset.fault === fault);
  const found = rows.filter(fits).sort((one, other) => place.get(one.dataset.code) - place.get(other.dataset.code));
  for (const row of rows) row.hidden = !fits(row);
  list.append(...found);
  document.getElementById("count").textContent = said("{count}件", { count: found.length });
  document.getElementById("none").hidden = found.length > 0;
  document.getElementById("away").hidden = !isAway;
}

input.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(look, 200);
});
input.form.addEventListener("submit", (event) => {
  event.preventDefault();
  look();
});
for (const button of buttons) {
  button.addEventListener("click", () => {
    const isOn = button.getAttribute("aria-pressed") === "true";
    for (const one of buttons) one.setAttribute("aria-pressed", String(one === button && !isOn));
    look();
  });
}
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.code === "Slash" && event.target !== input) {
    event.preventDefault();
    input.focus();
  } else if (event.code === "Escape" && input.value) {
    input.value = "";
    look();
  } else if (event.code === "Escape") document.querySelector(".top a").click();
});
look();
