// Looks again until the answer is there: soon at first, at leisure while the line is down.

setTimeout(() => location.reload(), Number(document.querySelector("[data-waiting]").dataset.waiting) * 1000);
