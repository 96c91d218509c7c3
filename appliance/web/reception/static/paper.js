// A paper on a form in the pane: sent as it is, shown beside what was read, taken over field by field, then forgotten.

import { said } from "/static/words.js";
import { elementFrom, post, sentenceOf } from "./http.js";

const MOST_BYTES = 16 * 1024 * 1024;
const GONE = said("写真を読み取れませんでした。番号を手で入力してください。");

export function bring(form) {
  const state = { turn: 0, timer: 0, isOver: false };
  for (const input of form.querySelectorAll("[data-paper-file]")) {
    input.addEventListener("change", () => {
      const file = input.files[0];
      input.value = "";
      if (file) read(form, state, file);
    });
  }
  form.querySelector("[data-paper-busy] button").addEventListener("click", () => stop(form, state));
  // The form leaves the page when it is sent, closed or another check is opened: then the picture has to go too.
  new MutationObserver((_, observer) => {
    if (form.isConnected) return;
    observer.disconnect();
    state.isOver = true;
    forget(form);
    stop(form, state);
  }).observe(document.getElementById("pane"), { childList: true });
}

async function read(form, state, file) {
  stop(form, state);
  forget(form);
  const mine = state.turn;
  if (file.size > MOST_BYTES) return say(form, said("写真が大きすぎます（16MBまで）。撮り直すか、番号を手で入力してください。"));
  wait(form, state);
  const answer = await post(form.dataset.paper, file).catch(() => null);
  const found = answer?.ok ? elementFrom(answer.body.html) : null;
  if (mine !== state.turn || state.isOver) return found && discard(found.dataset.token);
  stop(form, state);
  if (!found) return say(form, answer ? sentenceOf(answer.body) : GONE);
  return show(form, found);
}

function wait(form, state) {
  const begun = Date.now();
  const busy = form.querySelector("[data-paper-busy]");
  const tick = () => (busy.querySelector("b").textContent = Math.round((Date.now() - begun) / 1000));
  busy.hidden = false;
  tick();
  state.timer = setInterval(tick, 1000);
}

function stop(form, state) {
  state.turn += 1;
  clearInterval(state.timer);
  form.querySelector("[data-paper-busy]").hidden = true;
  say(form, "");
}

function say(form, text) {
  const line = form.querySelector("#paper-refusal");
  line.hidden = text === "";
  line.textContent = text;
}

function show(form, found) {
  form.querySelector("[data-paper-place]").replaceChildren(found);
  const { document: kind } = found.dataset;
  if (["certificate", "ticket"].includes(kind) && form.elements.document) choose(form, kind);
  const image = found.querySelector("img");
  image.addEventListener("load", () => found.querySelectorAll("[data-box]").forEach((row) => crop(row, image)));
  found.addEventListener("click", (event) => {
    const take = event.target.closest("[data-target]");
    if (take) accept(form, take);
    if (event.target.closest("[data-paper=discard]")) {
      forget(form);
      form.querySelector("[data-paper-file]").focus();
    }
  });
  found.scrollIntoView({ block: "nearest" });
}

function choose(form, document_) {
  form.elements.document.value = document_;
  form.elements.document.dispatchEvent(new Event("change"));
}

// The field's own strip of the picture, so that both are compared without looking away.
function crop(row, image) {
  const [left, top, width, height] = row.dataset.box.split(" ").map(Number);
  const canvas = row.querySelector("canvas");
  const rim = height * image.naturalHeight * 0.35;
  const from = { x: left * image.naturalWidth - rim, y: top * image.naturalHeight - rim };
  canvas.width = width * image.naturalWidth + 2 * rim;
  canvas.height = height * image.naturalHeight + 2 * rim;
  const size = [canvas.width, canvas.height];
  canvas.getContext("2d").drawImage(image, from.x, from.y, ...size, 0, 0, ...size);
}

function accept(form, button) {
  const input = form.elements[button.dataset.target];
  input.value = button.dataset.value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("blur"));
  button.firstChild.textContent = said("採りました");
  button.disabled = true;
  const next = button.closest("ul").querySelector("[data-target]:not([disabled])");
  (next ?? form.querySelector(".button.main")).focus();
}

function forget(form) {
  const found = form.querySelector("[data-token]");
  if (!found) return;
  discard(found.dataset.token);
  found.remove();
}

function discard(token) {
  post(`/reception/paper/${token}/discard`, new FormData()).catch(() => null);
}
