// The clinic's own number of the patient, linked in the pane.

import { post } from "./http.js";
import * as pane from "./pane.js";

async function link(number, register) {
  const body = new FormData();
  body.set("number", number);
  if (register) body.set("register", "1");
  const id = pane.openId();
  pane.hush();
  const answer = await post(`/reception/checks/${id}/number`, body).catch(() => null);
  if (!answer?.ok) return pane.refuse(answer);
  return pane.done(id);
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-numbering]");
  if (!form) return;
  event.preventDefault();
  link(form.elements.number.value, form.elements.register.checked);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("#pane [data-number]");
  if (button) link(button.dataset.number, true);
});

// What is proposed, or what can be registered, or the field to type in.
export function start() {
  const found = document.querySelector('#pane [data-act="number/register"], #pane [data-number]');
  if (found) return found.click();
  return document.getElementById("patient-number")?.focus();
}
