import { onPress, settle } from "./press.js";
import { say } from "./sound.js";

const VALUES = { yes: true, no: false };

// The consent pages: the choice, one page an item, the review, and what the site asks beside. Nothing is agreed to before it
// was touched.
export class Consents {
  #pages;
  #way = [0];
  #chosen = {};
  #extras = {};
  #what = "";
  #isSent = false;
  #give;
  #moved;

  constructor(root, give, moved) {
    this.#pages = [...root.querySelectorAll("[data-consent]")];
    this.#give = give;
    this.#moved = moved;
    for (const button of root.querySelectorAll("[data-give]")) {
      onPress(button, () => this.#settled(button.dataset.give));
    }
    onPress(root.querySelector("[data-go]"), () => this.#go(1));
    for (const button of root.querySelectorAll("[data-answer]")) {
      const name = button.closest("[data-item]").dataset.item;
      onPress(button, () => this.#choose(name, button.dataset.answer === "yes"));
    }
    for (const button of root.querySelectorAll("[data-value]")) {
      const name = button.closest("[data-extra]").dataset.extra;
      onPress(button, () => this.#chooseExtra(name, button.dataset.value));
    }
  }

  get canGoBack() {
    return this.#way.length > 1 && !this.#isSent;
  }

  back() {
    if (!this.canGoBack) return;
    this.#page.hidden = true;
    this.#way.pop();
    this.#show();
  }

  again() {
    this.#isSent = false;
    this.#moved();
  }

  get #page() {
    return this.#pages[this.#way.at(-1)];
  }

  #choose(name, isGiven) {
    this.#chosen[name] = isGiven;
    this.#go(this.#way.at(-1) + 1);
  }

  #chooseExtra(name, value) {
    this.#extras[name] = VALUES[value] ?? value;
    const next = this.#way.at(-1) + 1;
    if (next < this.#pages.length) this.#go(next);
    else this.#send();
  }

  #go(to) {
    if (this.#isSent) return;
    this.#page.hidden = true;
    this.#way.push(to);
    this.#show();
  }

  #show() {
    const page = this.#page;
    if (page.dataset.consent === "review") this.#review(page);
    page.hidden = false;
    say(page.closest(".stage"), page.dataset.prompt);
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

  #settled(what) {
    this.#what = what;
    const extra = this.#pages.findIndex((page) => page.dataset.consent === "extra");
    if (extra < 0) this.#send();
    else this.#go(extra);
  }

  #send() {
    if (this.#isSent) return;
    this.#isSent = true;
    const names = this.#pages.map((page) => page.dataset.item).filter(Boolean);
    const answers = { all: () => true, none: () => false, chosen: (name) => this.#chosen[name] };
    this.#moved();
    this.#give({
      consents: Object.fromEntries(names.map((name) => [name, answers[this.#what](name)])),
      pressed: this.#what === "chosen" ? "each" : this.#what,
      choices: this.#extras,
    });
  }
}
