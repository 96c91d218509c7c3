// The piece of a web page goes to the clipboard; where the browser keeps that shut, it is selected for Ctrl+C.

const said = document.getElementById("copied");

for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(text.value);
      said.textContent = "コピーしました";
    } catch {
      text.select();
      said.textContent = "選んであります。Ctrl+C でコピーしてください";
    }
  });
}
