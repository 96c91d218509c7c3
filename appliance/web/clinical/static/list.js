// New patients come by themselves; what somebody is about to press does not move away. What is typed to find one stays here.

const EVERY = 20_000;
const place = document.getElementById("patients");
const find = document.getElementById("find");
let looks = 0;

const plain = (text) => text.normalize("NFKC").replace(/\s/g, "").toLowerCase();

function narrow() {
  const wanted = plain(find?.value ?? "");
  const rows = [...place.querySelectorAll(".patient")];
  for (const row of rows) row.hidden = !plain(row.querySelector(".who").textContent).includes(wanted);
  const none = document.getElementById("none-found");
  if (none) none.hidden = rows.length === 0 || rows.some((row) => !row.hidden);
}

async function look() {
  const mine = ++looks;
  if (document.hidden || place.contains(document.activeElement)) return;
  const response = await fetch("/clinical", { headers: { Accept: "text/html" } }).catch(() => null);
  if (!response?.ok || response.redirected) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("patients");
  if (!fresh || mine !== looks || place.contains(document.activeElement)) return;
  if (!find && fresh.querySelector(".patient")) return location.reload();
  place.replaceChildren(...fresh.childNodes);
  narrow();
}

find?.addEventListener("input", narrow);
addEventListener("keydown", (event) => {
  if (event.key !== "/" || !find || document.activeElement === find) return;
  event.preventDefault();
  find.focus();
});
setInterval(look, EVERY);
document.addEventListener("visibilitychange", look);
addEventListener("pageshow", (event) => event.persisted && location.reload());
