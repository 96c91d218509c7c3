// The guide: each answer is asked of the box at once, and every button has a key. Without this, the form is simply sent.

const form = document.getElementById("guide");
const place = document.getElementById("answer");
const boxes = [...form.querySelectorAll('[name="has"]')];
const nothing = boxes.at(-1);
let turn = 0;

form.addEventListener("change", (event) => {
  const { target } = event;
  if (target === nothing && target.checked) boxes.slice(0, -1).forEach((box) => (box.checked = false));
  else if (boxes.includes(target) && target.checked) nothing.checked = false;
  if (target.name === "cause") document.getElementById("cause-now").textContent = target.parentElement.textContent.trim();
  show();
});

async function show() {
  const mine = ++turn;
  const asked = new URLSearchParams(new FormData(form));
  const answer = await fetch(`/fallback/answer?${asked}`, { headers: { Accept: "text/html" } }).catch(() => null);
  if (mine !== turn || !answer?.ok) return;
  if (answer.redirected) return location.reload();
  place.innerHTML = await answer.text();
  // A page that is loaded again, or come back to, asks the same.
  history.replaceState(null, "", `/fallback?${asked}`);
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  const digit = event.code.match(/^(?:Digit|Numpad)([0-9])$/)?.[1];
  if (digit) (digit === "0" ? nothing : boxes.slice(0, -1)[Number(digit) - 1])?.click();
  else if (event.code === "Enter" && event.target === document.body) form.requestSubmit();
  else if (event.code === "Escape") document.querySelector(".top a").click();
  else place.querySelector(`[data-key="${event.code}"]`)?.click();
});
