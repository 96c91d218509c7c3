// One note: its forms, and the answer as soon as it is there.

import { released } from "/static/pressing.js";
import { keepFocus } from "/reception/static/keeping.js";
import { Live } from "/reception/static/live.js";
import { bring } from "./judged.js";

const brought = new Map();

function bringAll() {
  for (const form of document.querySelectorAll("main form.judged")) if (!brought.has(form)) brought.set(form, bring(form));
}

const isInUse = () => [...brought].some(([form, state]) => form.isConnected && (state.isDirty || state.isSending));
let turn = 0;

async function refresh() {
  const mine = ++turn;
  const answer = await fetch(`${location.pathname}?refresh=1`, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  await released();
  if (mine !== turn) return;
  // What somebody is typing or sending stays; the answer is shown beside it.
  const parts = isInUse() ? ["#standing", "#answers", "#history"] : ["main"];
  const bringFocusBack = keepFocus(document.body);
  for (const part of parts) document.querySelector(part).replaceWith(fresh.querySelector(part));
  bringFocusBack();
  bringAll();
}

function heard(html) {
  const id = html.match(/data-id="([0-9a-f]+)"/)?.[1];
  if (document.querySelector(`[data-check="${id}"]`)) refresh().catch(() => undefined);
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.matches("input, select, textarea")) return;
  if (event.code === "KeyE") document.querySelector('[data-key="KeyE"]').click();
  else if (event.code === "Escape") document.querySelector(".top a").click();
});

bringAll();
const first = document.querySelector(".numbers input:not([type=hidden])");
if (first && !document.querySelector(".answer")) first.focus();
new Live(Number(document.body.dataset.revision), { row: heard }, () => undefined);
