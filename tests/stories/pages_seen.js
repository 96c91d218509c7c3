// Keeps every page that the patient screen has shown, with all words on it, also those behind its buttons.
window.pagesSeen = [];
const place = document.getElementById("place");
const keep = () => {
  const stage = place.firstElementChild;
  if (stage) window.pagesSeen.push([stage.dataset.phase, stage.lang, stage.textContent + stage.dataset.words]);
};
new MutationObserver(keep).observe(place, { childList: true });
keep();
