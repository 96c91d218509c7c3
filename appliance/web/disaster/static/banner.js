// A page that stays open all day learns within a minute that 災害時モード has begun or ended.

const EVERY = 60_000;
const place = document.getElementById("disaster");

async function look() {
  if (document.hidden) return;
  const response = await fetch("/disaster/banner", { headers: { Accept: "text/html" } }).catch(() => null);
  if (response?.ok && !response.redirected) place.innerHTML = await response.text();
}

if (place) {
  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
}
