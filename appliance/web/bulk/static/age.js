// What a page fetches to catch up may be older than what it was told meanwhile. Cards of one revision differ in what the line does.

export const isOlder = (card, than) => Number(card.dataset.revision) < Number(than.dataset.revision);
