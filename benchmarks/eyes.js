// Put into the pages by the benchmark: notes when a screen or a row came into the page, and touches as a patient does.
// Times are performance.now() of the page.

(() => {
  const screens = new Map();
  const rows = new Map();
  let waiting = [];

  function note(map, key) {
    if (!map.has(key)) map.set(key, performance.now());
  }

  function look() {
    const stage = document.querySelector("#place > [data-phase]");
    if (stage) note(screens, `${stage.dataset.phase} ${stage.dataset.visit}`);
    for (const row of document.querySelectorAll("#rows > [data-id]")) {
      if (!["busy", "wait"].includes(row.dataset.tone)) note(rows, row.dataset.id);
    }
    waiting = waiting.filter((isOver) => !isOver());
  }

  function when(find) {
    return new Promise((done) => {
      const isOver = () => {
        const found = find();
        if (found !== undefined) done(found);
        return found !== undefined;
      };
      if (!isOver()) waiting.push(isOver);
    });
  }

  const stageOf = (phase, earlier) => {
    const stage = document.querySelector(`#place > [data-phase="${phase}"]`);
    return stage && stage.dataset.visit !== earlier ? stage : undefined;
  };
  const rest = (pause) => new Promise((done) => setTimeout(done, pause));
  const press = (selector) => document.querySelector(`#place ${selector}`).click();

  new MutationObserver(look).observe(document, { childList: true, subtree: true });

  globalThis.bench = {
    // One visit after the visit `earlier`: when each screen stood there and when the patient touched it.
    async visit(earlier, pin, pause) {
      const { visit } = (await when(() => stageOf("pin", earlier))).dataset;
      await rest(pause);
      for (const digit of pin) press(`[data-digit="${digit}"]`);
      const typed = performance.now();
      press("[data-confirm]");
      await when(() => screens.get(`consents ${visit}`));
      await rest(pause);
      const given = performance.now();
      press('[data-give="all"]');
      return { visit, pin: screens.get(`pin ${visit}`), typed, consents: screens.get(`consents ${visit}`), given };
    },
    // What browser, TLS and gunicorn take for an answer with nothing behind it, in milliseconds.
    async hop() {
      const begun = performance.now();
      await fetch("/health", { cache: "no-store" });
      return performance.now() - begun;
    },
    // When the row of a check said its result.
    answered: (id) => when(() => rows.get(id)),
  };
})();
