// The box's clock, not this PC's: the two may differ.

const offset = Number(document.body.dataset.now) - Date.now();
const zone = { timeZone: "Asia/Tokyo" };
const language = document.documentElement.lang === "en" ? "en-GB" : "ja-JP";
const day = new Intl.DateTimeFormat(language, { ...zone, month: "long", day: "numeric", weekday: "short" });
const time = new Intl.DateTimeFormat(language, { ...zone, hour: "numeric", minute: "2-digit" });

function tick() {
  const now = new Date(Date.now() + offset);
  document.getElementById("today").textContent = day.format(now);
  document.getElementById("clock").textContent = time.format(now);
  setTimeout(tick, 60_000 - (now.getTime() % 60_000) + 20);
}

export function start() {
  tick();
}
