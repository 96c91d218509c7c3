const RETRY = 2000;
const LOOK_EVERY = 15000;
const LOOK_LONGEST = 5000;

const look = (address) => fetch(address, { cache: "no-store", signal: AbortSignal.timeout(LOOK_LONGEST) });

// Calls `screen` with every new screen; `lost` and `found` when the box goes and comes back.
export function follow(page, { screen, lost, found }) {
  let source = null;

  function open() {
    source = new EventSource(`${page}/events`);
    source.addEventListener("screen", (event) => {
      found();
      screen(JSON.parse(event.data));
    });
    source.addEventListener("error", () => {
      lost();
      if (source.readyState === EventSource.CLOSED) openLater();
    });
  }

  function openLater() {
    source = null;
    setTimeout(openAgain, RETRY);
  }

  async function openAgain() {
    try {
      const answer = await look(page);
      // Signed out meanwhile: loading the page leads to the sign-in.
      if (answer.redirected || !answer.ok) location.reload();
      else open();
    } catch {
      openLater();
    }
  }

  // A box that lost its power closes nothing; only asking tells.
  setInterval(async () => {
    if (source === null) return;
    const asked = source;
    try {
      await look("/health");
    } catch {
      if (asked !== source) return;
      lost();
      source.close();
      openLater();
    }
  }, LOOK_EVERY);

  open();
}
