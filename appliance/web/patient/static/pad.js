import { onPress } from "./press.js";

const LENGTH = 4;

// Anew for every pad: where a finger goes tells nothing to somebody who looks on from afar.
function shuffle(keys) {
  const digits = keys.map((key) => key.dataset.digit);
  for (const key of keys) {
    const [chance] = crypto.getRandomValues(new Uint32Array(1));
    const [digit] = digits.splice(chance % digits.length, 1);
    key.dataset.digit = digit;
    key.textContent = digit;
  }
}

// The digits live in this object alone, from the first key to the one POST; the page only sees how many there are.
export class Pad {
  #digits = [];
  #isSent = false;
  #root;
  #give;

  constructor(root, give) {
    this.#root = root;
    this.#give = give;
    if (root.dataset.shuffled === "yes") shuffle([...root.querySelectorAll("[data-digit]")]);
    for (const key of root.querySelectorAll("[data-digit]")) onPress(key, () => this.#type(key.dataset.digit));
    onPress(root.querySelector("[data-erase]"), () => this.#erase());
    onPress(root.querySelector("[data-confirm]"), () => this.#confirm());
  }

  // True when the key was meant for the pad.
  key(event) {
    const name = event.key.normalize("NFKC");
    if (/^[0-9]$/.test(name)) this.#type(name);
    else if (name === "Backspace" || name === "Delete") this.#erase();
    else if (name === "Enter" && !event.repeat) this.#confirm();
    else return name === "Enter";
    return true;
  }

  // The PIN did not arrive: it is to be typed anew.
  again() {
    this.#isSent = false;
    this.#draw();
  }

  forget() {
    this.#digits.fill("");
    this.#digits = [];
  }

  #type(digit) {
    if (this.#isSent || this.#digits.length >= LENGTH) return;
    this.#digits.push(digit);
    this.#draw();
  }

  #erase() {
    if (this.#isSent) return;
    this.#digits.pop();
    this.#draw();
  }

  #confirm() {
    if (this.#isSent || this.#digits.length !== LENGTH) return;
    this.#isSent = true;
    const typed = this.#digits.join("");
    this.forget();
    this.#draw();
    this.#give(typed);
  }

  #draw() {
    const count = this.#digits.length;
    const dots = this.#root.querySelector(".dots");
    [...dots.children].forEach((dot, index) => dot.classList.toggle("full", index < count));
    dots.setAttribute("aria-label", this.#root.dataset.entered.replace("{count}", count));
    this.#root.classList.toggle("sent", this.#isSent);
    this.#root.querySelector("[data-confirm]").disabled = this.#isSent || count !== LENGTH;
  }
}
