// Paper: one button, one key.

const print = document.getElementById("print");
print?.addEventListener("click", () => window.print());
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.matches("input, select, textarea")) return;
  if (event.code === "KeyP" && print) window.print();
});
// A link that names a closed form opens it.
const wanted = location.hash && document.getElementById(location.hash.slice(1));
if (wanted?.tagName === "DETAILS") wanted.open = true;
