// Everything works without this file: it copies code at a touch.
"use strict";

(() => {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    const source = document.getElementById(button.dataset.copy);
    const label = button.innerHTML;
    const status = document.createElement("span");
    status.className = "visually-hidden";
    status.setAttribute("role", "status");
    button.after(status);
    let timer;
    button.hidden = false;
    button.addEventListener("click", async () => {
      source.focus();
      source.select();
      try {
        await navigator.clipboard.writeText(source.value);
      } catch {
        // Not allowed, or not over HTTPS: the older way, from the selection.
        if (!document.execCommand("copy")) {
          return;
        }
      }
      clearTimeout(timer);
      button.textContent = button.dataset.copied;
      status.textContent = button.dataset.copied;
      timer = setTimeout(() => {
        button.innerHTML = label;
        status.textContent = "";
      }, 2500);
    });
  }
})();
