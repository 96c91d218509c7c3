// A page that stays open all day learns within a minute that 災害時モード or 緊急時の閲覧 has begun or ended.

import { whenReleased } from "/static/pressing.js";

const EVERY = 60_000;
const place = document.getElementById("disaster");
let before = "";

async function look() {
  if (document.hidden) return;
  const response = await fetch("/disaster/banner", { headers: { Accept: "text/html" } }).catch(() => null);
  if (!response?.ok || response.redirected) return;
  const html = await response.text();
  // Drawn when something has changed, and not under somebody's finger.
  if (html !== before) whenReleased(() => (place.innerHTML = before = html));
}

if (place) {
  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
}
