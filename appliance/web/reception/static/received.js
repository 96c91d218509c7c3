// How the patient was received, said in the pane.

import { post } from "./http.js";
import * as pane from "./pane.js";

document.addEventListener("input", (event) => {
  const form = event.target.closest("details.received");
  if (form) form.dataset.touched = "1";
});

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-received]");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  pane.hush();
  const id = pane.openId();
  const answer = await post(`/reception/checks/${id}/received`, new FormData(form)).catch(() => null);
  button.disabled = false;
  if (answer?.ok) {
    delete form.closest("details").dataset.touched;
    return pane.refresh(id);
  }
  return pane.refuse(answer);
});
