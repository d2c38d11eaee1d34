// Copies a text; where the browser does not let pages do that, it selects the text and says so.

import { say } from "./data.js";

/** For every button with `data-copy`, the id of the element whose text it copies. */
export function letCopy(words, tell = say) {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    // Selected in either case: whoever trusts no button copies by hand.
    getSelection().selectAllChildren(source);
    try {
      await navigator.clipboard.writeText(source.textContent);
      tell(words.copied);
    } catch {
      tell(words.select);
    }
  });
}
