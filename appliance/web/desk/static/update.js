// An update is sent in pieces, from where it stopped; and a page that waits for root or for the box to come back asks how it stands.

import { said } from "/static/words.js";

const EVERY_MS = 1500;
// As often as that a piece is tried again before a person has to.
const TRIES = 5;

const csrf = document.querySelector('meta[name="csrf-token"]').content;
const standing = document.getElementById("update");
const form = document.getElementById("send");

async function post(path, body) {
  const headers = { "X-CSRF-Token": csrf, Accept: "application/json" };
  const answer = await fetch(path, { method: "POST", headers, body });
  const found = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(found.error?.title), { error: found.error });
  return found;
}

const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

const begun = (file) => {
  const mark = `${file.name} ${file.lastModified}`;
  return post("/desk/update/begin", new URLSearchParams({ size: file.size, mark }));
};

async function sent(file, show) {
  let { have, piece } = await begun(file);
  let left = TRIES;
  while (have < file.size) {
    show(have);
    try {
      ({ have } = await post(`/desk/update/piece?offset=${have}`, file.slice(have, have + piece)));
      left = TRIES;
    } catch (problem) {
      left -= 1;
      if (left === 0) throw problem;
      await wait(EVERY_MS);
      // What arrived of a piece whose answer did not is known there.
      ({ have } = await begun(file));
    }
  }
  show(have);
  await post("/desk/update/finish", new URLSearchParams());
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const file = form.elements.file.files[0];
  const [bar, words, button] = [document.getElementById("sent"), document.getElementById("said"), form.querySelector("button")];
  button.disabled = true;
  bar.hidden = false;
  try {
    await sent(file, (have) => {
      bar.value = (100 * have) / file.size;
      words.textContent = said("送っています（{percent}%）。この画面を閉じないでください。", { percent: Math.floor(bar.value) });
    });
    location.reload();
  } catch (problem) {
    const { title, advice, code } = problem.error ?? {};
    words.textContent = title
      ? said("{title}。{advice}（{code}）", { title, advice, code })
      : said("装置に届きません。同じファイルでもう一度押してください。");
    button.disabled = false;
  }
});

async function look() {
  try {
    const answer = await fetch(standing.dataset.ask, { headers: { Accept: "application/json" } });
    const found = await answer.json();
    if (answer.ok && (found.state !== standing.dataset.state || !found.waiting)) return location.reload();
    const bar = document.getElementById("written");
    if (bar && answer.ok) bar.value = found.percent;
  } catch {
    // The box restarts: it is asked until it is back.
  }
  return setTimeout(look, EVERY_MS);
}

if (standing.dataset.waiting === "true") setTimeout(look, EVERY_MS);
