// The dialog in which a range of readings is taken out of the statistics.

import { ask, say } from "./data.js";
import { clear, onceOnly, wrongAt, whileSending } from "./forms.js";
import { rangeFields } from "./range_fields.js";

/** The dialog `#exclusion`: `open(range)`; `saved(exclusion)` is called after it. */
export function exclusionForm({ patient, zone, words, saved }) {
  const dialog = document.getElementById("exclusion");
  const form = dialog.querySelector("form");
  const range = rangeFields(form, { zone, words });
  const once = onceOnly();

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clear(form);
    const { start, end } = range.get();
    if (!start) return wrongAt(form, "start", words.needed);
    if (!end || end <= start) return wrongAt(form, "end", words.end_after_start);
    const reason = form.elements.namedItem("reason").value;
    if (!reason) return wrongAt(form, "reason", words.needed);
    const body = { start, end, reason, note: form.elements.namedItem("note").value };
    return whileSending(form, words, async () => {
      const made = await ask(`patients/${patient}/exclusions/`, { method: "POST", body, headers: once(body) });
      dialog.close();
      form.reset();
      say(words.excluded_now.replace("{count}", made.readings));
      saved(made);
    });
  });
  document.getElementById("exclusion-close").addEventListener("click", () => dialog.close());

  return {
    open({ start = null, end = null } = {}) {
      clear(form);
      if (start !== null || !form.elements.namedItem("start").value) range.set({ start, end });
      dialog.showModal();
      form.elements.namedItem(start === null ? "start" : "reason").focus();
    },
  };
}
