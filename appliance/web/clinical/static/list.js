// New patients come by themselves; what somebody is about to press does not move away.

const EVERY = 20_000;
const place = document.getElementById("patients");

async function look() {
  if (document.hidden || place.contains(document.activeElement)) return;
  const response = await fetch("/clinical", { headers: { Accept: "text/html" } }).catch(() => null);
  if (!response?.ok || response.redirected) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("patients");
  if (fresh && !place.contains(document.activeElement)) place.replaceChildren(...fresh.childNodes);
}

setInterval(look, EVERY);
document.addEventListener("visibilitychange", look);
addEventListener("pageshow", (event) => event.persisted && location.reload());
