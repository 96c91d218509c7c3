// One open event stream, whatever becomes of its connection; and what a page missed, fetched once.

const RETRY = 2_000;
const SIGN_IN = "/sign-in?then=/";
// A stream has to be asked for each name, and the page that holds it hears for pages of other kinds too.
export const NAMES = ["row", "expected", "readers", "links", "tasks", "attending", "day", "list", "run"];

export const UP = { is: "up" };
export const DOWN = { is: "down" };

export class Stream {
  // `after` says which revision the page has seen; `tell` gets { name, data, id }, UP and DOWN.
  constructor(path, after, tell) {
    this.path = path;
    this.after = after;
    this.tell = tell;
    this.source = null;
    this.timer = 0;
    this.isOver = false;
    this.open();
  }

  open() {
    this.source?.close();
    this.source = new EventSource(`${this.path}?after=${this.after()}`);
    this.source.onopen = () => this.tell(UP);
    this.source.onerror = () => this.lost();
    this.source.addEventListener("alive", () => this.tell(UP));
    for (const name of NAMES) {
      this.source.addEventListener(name, ({ data, lastEventId }) => this.tell({ name, data, id: lastEventId }));
    }
  }

  close() {
    this.isOver = true;
    clearTimeout(this.timer);
    this.source?.close();
  }

  lost() {
    this.tell(DOWN);
    if (this.source.readyState === EventSource.CLOSED) this.later();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.again(), RETRY);
  }

  async again() {
    this.source.close();
    this.tell(DOWN);
    const isThere = await isWelcome();
    if (this.isOver) return;
    if (isThere) this.open();
    else this.later();
  }
}

// Whether the box is there; a sign-in that is over leads to the sign-in page.
export async function isWelcome() {
  try {
    const answer = await fetch("/reception/alive", { headers: { Accept: "application/json" } });
    if (answer.status === 401) location.assign(SIGN_IN);
    return answer.ok;
  } catch {
    return false;
  }
}

// The events after that revision, without a stream; null when the box cannot be reached.
export async function missed(path, revision) {
  const answer = await fetch(`${path}?after=${revision}&once=1`).catch(() => null);
  if (!answer?.ok) return null;
  return (await answer.text()).split("\n\n").filter((block) => block.includes("event: ")).map(parsed);
}

function parsed(block) {
  const event = { name: "", data: [], id: "" };
  for (const line of block.split("\n")) {
    const [, field, value] = line.match(/^(\w+): (.*)$/) ?? [];
    if (field === "event") event.name = value;
    else if (field === "id") event.id = value;
    else if (field === "data") event.data.push(value);
  }
  return { ...event, data: event.data.join("\n") };
}
