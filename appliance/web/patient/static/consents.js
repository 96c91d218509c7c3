import { onPress, settle } from "./press.js";

// The consent pages: the choice, one page an item, the review. Nothing is agreed to before it was touched.
export class Consents {
  #pages;
  #at = 0;
  #chosen = {};
  #isSent = false;
  #give;
  #moved;

  constructor(root, give, moved) {
    this.#pages = [...root.querySelectorAll("[data-consent]")];
    this.#give = give;
    this.#moved = moved;
    for (const button of root.querySelectorAll("[data-give]")) {
      onPress(button, () => this.#send(button.dataset.give));
    }
    onPress(root.querySelector("[data-go]"), () => this.#go(1));
    for (const button of root.querySelectorAll("[data-answer]")) {
      const name = button.closest("[data-item]").dataset.item;
      onPress(button, () => this.#choose(name, button.dataset.answer === "yes"));
    }
  }

  get canGoBack() {
    return this.#at > 0 && !this.#isSent;
  }

  back() {
    this.#go(this.#at - 1);
  }

  again() {
    this.#isSent = false;
    this.#moved();
  }

  #choose(name, isGiven) {
    this.#chosen[name] = isGiven;
    this.#go(this.#at + 1);
  }

  #go(to) {
    if (this.#isSent) return;
    this.#pages[this.#at].hidden = true;
    this.#at = to;
    const page = this.#pages[to];
    if (page.dataset.consent === "review") this.#review(page);
    page.hidden = false;
    settle(page).then(() => page.querySelector("h1").focus());
    this.#moved();
  }

  #review(page) {
    for (const line of page.querySelectorAll("[data-choice]")) {
      const isGiven = this.#chosen[line.dataset.choice];
      line.querySelector(".choice-yes").hidden = !isGiven;
      line.querySelector(".choice-no").hidden = isGiven;
    }
  }

  #send(what) {
    if (this.#isSent) return;
    this.#isSent = true;
    const names = this.#pages.map((page) => page.dataset.item).filter(Boolean);
    const answers = { all: () => true, none: () => false, chosen: (name) => this.#chosen[name] };
    this.#moved();
    const given = Object.fromEntries(names.map((name) => [name, answers[what](name)]));
    this.#give(given, what === "chosen" ? "each" : what);
  }
}
