// The form of a note: judged while one types, an era at a touch, Escape leaves.

import { bring } from "./judged.js";

const form = document.querySelector("form.judged");
bring(form);

for (const button of form.querySelectorAll("[data-era]")) {
  button.addEventListener("click", () => {
    const field = form.elements.birthdate;
    field.value = button.dataset.era + field.value.replace(/^(明治|大正|昭和|平成|令和|[MTSHRmtshr])/, "");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

document.addEventListener("keydown", (event) => {
  if (event.code === "Escape" && !event.isComposing) document.querySelector(".top a").click();
});
