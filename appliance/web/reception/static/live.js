// A live page. A browser has six connections to a box for all its pages, so one page holds the stream and tells the others.
// Each page says which revision it has seen, so nothing is missed over a cut or a change of the page that leads.

import { whenReleased } from "/static/pressing.js";
import { canShare, Shared } from "/static/sharing.js";
import { DOWN, Stream, isWelcome, missed } from "./stream.js";

const SILENCE = 25_000;
const RETRY = 2_000;
// Of these each event is a part: an older one fills a gap. All others replace what was told before.
const PARTS = ["row", "run"];

export class Live {
  constructor(revision, handlers, onConnection, path = "/reception/events") {
    // All up to this revision has been seen. An event that comes before the page has caught up moves nothing.
    this.revision = revision;
    this.isWhole = false;
    this.handlers = handlers;
    this.onConnection = onConnection;
    this.path = path;
    this.timer = 0;
    this.told = new Set();
    this.looks = 0;
    this.isLooking = false;
    if (canShare) this.share();
    else this.keepOwn();
  }

  share() {
    this.shared = new Shared(`live ${document.documentElement.lang} ${this.path}`, {
      lead: (tell) => {
        this.isWhole = true;
        this.stream = new Stream(this.path, () => this.revision, tell);
        return () => this.stream.close();
      },
      hear: (message) => this.hear(message),
      follow: () => this.catchUp(),
    });
    document.addEventListener("visibilitychange", () => document.hidden || this.catchUp());
    this.watch(SILENCE);
  }

  // An old browser: a hidden page gives its connection back.
  keepOwn() {
    const open = () => (this.stream = new Stream(this.path, () => this.revision, (message) => this.hear(message)));
    this.isWhole = true;
    const close = () => this.stream?.close();
    document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
    window.addEventListener("pagehide", close);
    open();
    this.watch(SILENCE);
  }

  hear(message) {
    this.onConnection(message.is !== DOWN.is);
    this.watch(SILENCE);
    // The look that failed, perhaps because the box was just starting, is taken again.
    if (message.is !== DOWN.is && !this.isWhole && !this.isLooking) this.catchUp();
    if (!message.name) return;
    this.told.add(message.name);
    this.take(message);
  }

  take({ name, data, id }) {
    if (id && this.isWhole) this.revision = Math.max(this.revision, Number(id));
    // In the order in which it was told, but never under somebody's finger.
    whenReleased(() => this.handlers[name]?.(data));
  }

  // What was told before this page listened, or while it slept.
  async catchUp() {
    if (this.shared.isLeading) return;
    const mine = ++this.looks;
    this.told.clear();
    this.isLooking = true;
    const found = await missed(this.path, this.revision);
    // A later look sees all that this one did.
    if (mine !== this.looks) return;
    this.isLooking = false;
    if (!found) return;
    this.onConnection(true);
    this.isWhole = true;
    for (const event of found) if (PARTS.includes(event.name) || !this.told.has(event.name)) this.take(event);
  }

  watch(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.again(), wait);
  }

  // Nobody has said anything for too long, not even that there is nothing.
  async again() {
    this.onConnection(false);
    this.watch(RETRY);
    if (!(await isWelcome())) return;
    this.watch(SILENCE);
    if (!this.shared || this.shared.isLeading) this.stream.again();
    else this.shared.takeOver();
  }
}
