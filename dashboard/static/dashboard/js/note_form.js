// The dialog in which a note is written, and edited if nobody else did meanwhile.

import { ask, askWithTag, say } from "./data.js";
import { clear, onceOnly, wrongAt, whileSending } from "./forms.js";
import { rangeFields } from "./range_fields.js";

/** The dialog `#note`: `write(range)` and `edit(note)`; `saved(note)` is called after either. */
export function noteForm({ patient, zone, words, saved }) {
  const dialog = document.getElementById("note");
  const form = dialog.querySelector("form");
  const [text, about] = [form.elements.namedItem("text"), form.elements.namedItem("about")];
  const range = rangeFields(form, { zone, words });
  const once = onceOnly();
  let edited = null;

  function show() {
    document.getElementById("note-when").hidden = edited !== null || about.value === "patient";
    document.getElementById("note-until").hidden = about.value !== "range";
  }

  function open(title) {
    clear(form);
    document.getElementById("note-title").textContent = title;
    document.getElementById("note-about-field").hidden = edited !== null;
    show();
    dialog.showModal();
    text.focus();
  }

  /** What is wrong before anybody is asked; the fields of times are the patient's clock. */
  function body() {
    const { start, end } = about.value === "patient" ? { start: null, end: null } : range.get();
    if (about.value !== "patient" && !start) return wrongAt(form, "start", words.needed) && null;
    if (about.value === "range" && (!end || end <= start)) return wrongAt(form, "end", words.end_after_start) && null;
    return { text: text.value, start, end: about.value === "range" ? end : null };
  }

  async function change() {
    try {
      return await ask(`patients/${patient}/notes/${edited.id}/`, { method: "PATCH", body: { text: text.value }, headers: { "If-Match": edited.tag } });
    } catch (error) {
      // The next attempt is about what the other one wrote, which stands here to be read first.
      if (error.status === 412) {
        const now = await askWithTag(`patients/${patient}/notes/${edited.id}/`);
        edited = { ...now.told, tag: now.tag };
        document.getElementById("note-theirs").textContent = words.theirs.replace("{name}", now.told.author.name).replace("{text}", now.told.text);
      }
      throw error;
    }
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clear(form);
    if (!text.value.trim()) return wrongAt(form, "text", words.needed);
    const made = edited ? {} : body();
    if (!made) return undefined;
    const written = await whileSending(form, words, async () => {
      const note = edited ? await change() : await ask(`patients/${patient}/notes/`, { method: "POST", body: made, headers: once(made) });
      dialog.close();
      form.reset();
      say(words.note_saved);
      saved(note);
    });
    return written;
  });
  about.addEventListener("change", show);
  document.getElementById("note-close").addEventListener("click", () => dialog.close());

  return {
    write({ start = null, end = null } = {}) {
      // What somebody had begun to write about the patient stays, whatever it is to be about now.
      if (edited) form.reset();
      edited = null;
      about.value = start === null ? "patient" : end === null ? "moment" : "range";
      range.set({ start, end });
      document.getElementById("note-theirs").textContent = "";
      open(words.write_note);
    },
    async edit(note) {
      const { told, tag } = await askWithTag(`patients/${patient}/notes/${note.id}/`);
      edited = { ...told, tag };
      form.reset();
      text.value = told.text;
      document.getElementById("note-theirs").textContent = "";
      open(words.edit_note);
    },
  };
}
