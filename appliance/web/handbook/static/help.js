// F1 on any page of the staff: what this page is for, beside it. And the tour, a bar that can be left at any time.

import { said } from "/static/words.js";

const page = document.querySelector('meta[name="help-page"]').content;
const TOUR = "madoguchi-tour";
let pane = null;
let before = null;

// In the page's head; a page that has none is helped by the key alone.
const opener = document.querySelector(".help-open");
opener?.addEventListener("click", toggle);

async function toggle() {
  if (pane) return close();
  before = document.activeElement;
  const opened = document.createElement("aside");
  pane = opened;
  opened.className = "help-pane";
  opened.setAttribute("aria-label", said("この画面の案内"));
  document.body.append(opened);
  opened.innerHTML = await words();
  // Closed again before its words came, it takes the focus from nothing.
  opened.querySelector("h2")?.focus();
  return undefined;
}

async function words() {
  try {
    const answer = await fetch(`/help/of?page=${encodeURIComponent(page)}`, { headers: { Accept: "text/html" } });
    if (answer.ok && !answer.redirected) return await answer.text();
  } catch {
    // Said below.
  }
  return `<header><h2 tabindex="-1">${said("案内を出せません")}</h2><button class="button" type="button" data-help-close>${said("閉じる")}</button></header><p>${said("装置につながりません。少し待ってから、もう一度 F1 を押してください。")}</p>`;
}

function close() {
  const hadFocus = pane.contains(document.activeElement);
  pane.remove();
  pane = null;
  if (hadFocus) (before?.isConnected ? before : opener)?.focus();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-help-close]")) close();
});

// Before the page's own keys: Escape inside the pane closes the pane and nothing else, and a letter there means nothing.
document.addEventListener(
  "keydown",
  (event) => {
    if (event.code === "F1") {
      event.preventDefault();
      toggle();
    } else if (pane?.contains(document.activeElement) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.stopImmediatePropagation();
      if (event.code === "Escape") close();
    }
  },
  true,
);

const stored = sessionStorage.getItem(TOUR);
if (stored !== null) guide(Number(stored));

async function guide(at) {
  const answer = await fetch("/help/tour", { headers: { Accept: "application/json" } }).catch(() => null);
  const { steps } = answer?.ok ? await answer.json() : { steps: [] };
  const step = steps[at];
  if (!step) return sessionStorage.removeItem(TOUR);
  const bar = document.createElement("section");
  bar.className = "tour";
  bar.setAttribute("aria-label", said("画面をひと回り"));
  const text = document.createElement("p");
  const title = document.createElement("b");
  title.textContent = `${at + 1}/${steps.length}　${step.title}`;
  text.append(title, step.text);
  bar.append(text);
  const add = (label, act) => {
    const button = document.createElement("button");
    button.className = "button";
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", act);
    bar.append(button);
  };
  const go = (to) => {
    sessionStorage.setItem(TOUR, String(to));
    location.assign(steps[to].path);
  };
  const leave = () => {
    sessionStorage.removeItem(TOUR);
    bar.remove();
  };
  if (at > 0) add(said("前へ"), () => go(at - 1));
  if (at + 1 < steps.length) add(said("次へ"), () => go(at + 1));
  add(at + 1 < steps.length ? said("やめる") : said("終わる"), leave);
  bar.setAttribute("role", "region");
  document.body.append(bar);
  return undefined;
}
