// The event stream of a page. It says which revision it has seen, so nothing is missed over a cut.

const SILENCE = 25_000;
const RETRY = 2_000;

export class Live {
  constructor(revision, handlers, onConnection, path = "/reception/events") {
    this.revision = revision;
    this.handlers = handlers;
    this.onConnection = onConnection;
    this.path = path;
    this.source = null;
    this.timer = 0;
    document.addEventListener("visibilitychange", () => this.followVisibility());
    window.addEventListener("pagehide", () => this.close());
    this.open();
  }

  // A hidden page gives its connection back: a browser has only six for all its pages.
  followVisibility() {
    if (document.hidden) this.close();
    else if (this.source === null) this.open();
  }

  open() {
    this.close();
    this.source = new EventSource(`${this.path}?after=${this.revision}`);
    this.source.onopen = () => this.heard();
    this.source.onerror = () => this.lost();
    this.source.addEventListener("alive", () => this.heard());
    for (const [name, handle] of Object.entries(this.handlers)) {
      this.source.addEventListener(name, (event) => {
        this.heard();
        if (event.lastEventId) this.revision = Math.max(this.revision, Number(event.lastEventId));
        handle(event.data);
      });
    }
    this.watch(SILENCE);
  }

  close() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }

  heard() {
    this.onConnection(true);
    this.watch(SILENCE);
  }

  watch(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.again(), wait);
  }

  lost() {
    this.onConnection(false);
    if (this.source?.readyState === EventSource.CLOSED) this.watch(RETRY);
  }

  async again() {
    this.onConnection(false);
    this.close();
    try {
      const answer = await fetch("/reception/alive", { headers: { Accept: "application/json" } });
      if (answer.status === 401) return location.assign("/sign-in?then=/");
      if (answer.ok) return this.open();
    } catch {
      // The box cannot be reached yet.
    }
    return this.watch(RETRY);
  }
}
