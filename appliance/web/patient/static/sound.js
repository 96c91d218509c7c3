// What the screen says aloud, and the tone for a card that was left behind. The prompts are files made when the box was built.

const AGAIN = 4000;
let spoken = null;
let tone = 0;

function beep() {
  const sound = new AudioContext();
  const note = sound.createOscillator();
  const volume = sound.createGain();
  volume.gain.value = 0.2;
  note.frequency.value = 988;
  note.connect(volume).connect(sound.destination);
  note.start();
  note.stop(sound.currentTime + 0.4);
  note.onended = () => sound.close();
}

export function hush() {
  spoken?.pause();
  spoken = null;
  clearInterval(tone);
}

export function play(stage) {
  hush();
  if (stage.dataset.left === "yes") {
    beep();
    tone = setInterval(beep, AGAIN);
  }
  say(stage, stage.dataset.prompt);
}

// One sentence at a time: whoever goes on does not wait for the one before.
export function say(stage, prompt) {
  spoken?.pause();
  spoken = null;
  if (stage.dataset.voice !== "yes" || !prompt) return;
  spoken = new Audio(`/patient/static/voice/${stage.lang}/${prompt}.ogg`);
  // A browser that wants a touch first, or a box without this prompt: the words stand on the screen.
  spoken.play().catch(() => {});
}
