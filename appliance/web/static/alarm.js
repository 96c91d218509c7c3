// A card that was left behind: said on every page of the staff, with a sound, until it is taken. One page of a browser
// looks for all of them.

import { said } from "/static/words.js";
import { canShare, Shared } from "./sharing.js";

const LOOK = 4_000;
const place = document.getElementById("alarm");
let sound = null;

function beep() {
  // A page that nobody has touched yet may not make a sound: then the words alone have to do.
  sound ??= new AudioContext();
  if (sound.state !== "running") return;
  const tone = sound.createOscillator();
  const volume = sound.createGain();
  volume.gain.value = 0.15;
  tone.frequency.value = 880;
  tone.connect(volume).connect(sound.destination);
  tone.start();
  tone.stop(sound.currentTime + 0.35);
}

function draw(left) {
  const words = left.map((one) => said("{label}にカードが置かれたままです。患者さんにお声がけください。", { label: one.label })).join(" ");
  if (place.textContent !== words) place.textContent = words;
  place.hidden = left.length === 0;
  if (left.length > 0) beep();
}

async function look(tell) {
  try {
    const answer = await fetch("/helping/alarm", { cache: "no-store", headers: { Accept: "application/json" } });
    if (answer.ok) tell((await answer.json()).left);
  } catch {
    // The box cannot be reached: the page says so itself.
  }
}

function keepLooking(tell) {
  const timer = setInterval(() => look(tell), LOOK);
  look(tell);
  return () => clearInterval(timer);
}

if (place) {
  document.addEventListener("pointerdown", () => sound?.resume());
  if (canShare) {
    const shared = new Shared("alarm", { lead: keepLooking, hear: draw });
    // A hidden page's clock runs slowly: another one has to look.
    document.addEventListener("visibilitychange", () => (document.hidden ? shared.leave() : shared.begin()));
    if (document.hidden) shared.leave();
  } else {
    keepLooking((left) => document.hidden || draw(left));
  }
}
