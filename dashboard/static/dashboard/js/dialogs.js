// Dialogs: closing them, and asking before something is lost.

import { attempt } from "./attempts.js";

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
});

let act = null;

/**
 * Ask, then do it: the dialog stays open with the reason where it is refused. Answers once it is closed: whether it was done.
 *
 * `yes` is what the button says; `words` has offline and request.
 */
export function sure({ title, text, yes, words }, todo) {
  const dialog = document.getElementById("sure");
  document.getElementById("sure-title").textContent = title;
  document.getElementById("sure-text").textContent = text;
  document.getElementById("sure-failed").hidden = true;
  const button = document.getElementById("sure-yes");
  button.textContent = yes;
  return new Promise((settle) => {
    let done = false;
    act = async () => {
      done = await attempt(button, document.getElementById("sure-failed"), words, todo);
      if (done) dialog.close();
    };
    dialog.addEventListener("close", () => settle(done), { once: true });
    dialog.showModal();
  });
}

document.getElementById("sure-yes")?.addEventListener("click", () => act?.());
