// One page of a browser works for all of them: whoever holds the lock of that name leads, and tells the others what it hears.
// A page that is closed lets go of the lock by itself, and the next one takes over. Nothing told here leaves the browser.

export const canShare = "locks" in navigator && "BroadcastChannel" in globalThis;

export class Shared {
  // `lead` begins the work, gets a function that tells everybody, and returns one that ends it. `hear` gets all that is told.
  // `follow` is called when another page leads already.
  constructor(name, { lead, hear, follow = () => undefined }) {
    this.name = name;
    this.lead = lead;
    this.hear = hear;
    this.follow = follow;
    this.end = null;
    this.isIn = false;
    this.waiting = new AbortController();
    this.channel = new BroadcastChannel(name);
    this.channel.onmessage = (event) => hear(event.data);
    window.addEventListener("pagehide", () => this.leave());
    window.addEventListener("pageshow", (event) => event.persisted && this.begin());
    this.begin();
  }

  get isLeading() {
    return this.end !== null;
  }

  begin() {
    if (this.isIn) return;
    this.isIn = true;
    this.ask({ ifAvailable: true }, () => {
      if (!this.isIn) return;
      this.queue();
      this.follow();
    });
  }

  queue() {
    this.waiting = new AbortController();
    this.ask({ signal: this.waiting.signal });
  }

  // The lock may be refused, given up while waiting, or taken away by a page that heard nothing of this one for too long.
  ask(how, refused = () => undefined) {
    const granted = (lock) => {
      if (!lock) return refused();
      return this.isIn ? this.led() : undefined;
    };
    navigator.locks.request(this.name, how, granted).catch(() => {
      if (!this.isLeading) return;
      this.end();
      this.queue();
    });
  }

  led() {
    return new Promise((release) => {
      const stop = this.lead((message) => this.tell(message));
      this.end = () => {
        this.end = null;
        stop();
        release();
      };
    });
  }

  tell(message) {
    this.channel.postMessage(message);
    this.hear(message);
  }

  takeOver() {
    this.waiting.abort();
    this.ask({ steal: true });
  }

  leave() {
    this.isIn = false;
    this.waiting.abort();
    this.end?.();
  }
}
