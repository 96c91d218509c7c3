import { onPress } from "./press.js";

// The number on the card's face, typed in the parts it is printed in. Like the PIN it lives here alone, until the one POST.
export class CardNumber {
  #digits = [];
  #isSent = false;
  #root;
  #parts;
  #give;

  constructor(root, give) {
    this.#root = root;
    this.#parts = [...root.querySelectorAll("[data-part]")];
    this.#give = give;
    for (const key of root.querySelectorAll("[data-digit]")) onPress(key, () => this.#type(key.dataset.digit));
    onPress(root.querySelector("[data-erase]"), () => this.#erase());
    onPress(root.querySelector("[data-confirm]"), () => this.#confirm());
    this.#draw();
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

  again() {
    this.#isSent = false;
    this.#draw();
  }

  forget() {
    this.#digits.fill("");
    this.#digits = [];
  }

  get #length() {
    return this.#parts.reduce((sum, part) => sum + Number(part.dataset.part), 0);
  }

  #type(digit) {
    if (this.#isSent || this.#digits.length >= this.#length) return;
    this.#digits.push(digit);
    this.#draw();
  }

  #erase() {
    if (this.#isSent) return;
    this.#digits.pop();
    this.#draw();
  }

  #confirm() {
    if (this.#isSent || this.#digits.length !== this.#length) return;
    this.#isSent = true;
    this.#draw();
    this.#give(this.#digits.join(""));
  }

  #draw() {
    let from = 0;
    for (const part of this.#parts) {
      const room = Number(part.dataset.part);
      const typed = this.#digits.slice(from, from + room);
      const isHere = this.#digits.length >= from && this.#digits.length < from + room;
      part.classList.toggle("here", isHere);
      part.querySelector(".part-digits").textContent = typed.join("").padEnd(room, "＿");
      from += room;
    }
    this.#root.classList.toggle("sent", this.#isSent);
    this.#root.querySelector("[data-confirm]").disabled = this.#isSent || this.#digits.length !== from;
  }
}
