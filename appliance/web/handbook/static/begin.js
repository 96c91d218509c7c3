// The tour begins: its first step is remembered for this tab alone.

document.getElementById("begin").addEventListener("click", () => {
  sessionStorage.setItem("madoguchi-tour", "0");
  location.assign(document.querySelector(".tour-start a").href);
});
