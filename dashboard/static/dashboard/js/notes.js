// The notes about a patient, with what they said before, and what is excluded of their readings.

import { ask, say, words } from "./data.js";
import { exclusionForm } from "./exclusion_form.js";
import { reason } from "./forms.js";
import { moment } from "./glucose.js";
import { element, openList } from "./lists.js";
import { noteForm } from "./note_form.js";
import { sure } from "./sure.js";

const told = words();
const header = document.querySelector("header.patient");
const [patient, zone] = [header.dataset.patient, header.dataset.zone];
const at = (instant) => moment(instant, zone);
const removed = document.getElementById("removed");
const may = document.getElementById("notes").dataset;

const notes = openList(document.getElementById("notes"), {
  words: told.notes, draw: drawNote, address: () => `patients/${patient}/notes/${removed.checked ? "?removed=true" : ""}`,
});
const exclusions = openList(document.getElementById("exclusions"), {
  words: told.exclusions, draw: drawExclusion, address: () => `patients/${patient}/exclusions/`,
});
const forms = {
  note: may.write ? noteForm({ patient, zone, words: told, saved: notes.reload }) : null,
  exclusion: may.exclude ? exclusionForm({ patient, zone, words: told, saved: exclusions.reload }) : null,
};

function button(text, className, what, act) {
  const made = Object.assign(element("button", className, text), { type: "button" });
  made.setAttribute("aria-label", `${text}: ${what}`);
  made.addEventListener("click", async () => {
    const failed = document.getElementById("failed");
    failed.hidden = true;
    try {
      await act();
    } catch (error) {
      failed.textContent = reason(error, told);
      failed.hidden = false;
    }
  });
  return made;
}

/** A time of a note or an exclusion as a way to the chart of it. */
function when(start, end) {
  const [from, to] = [Date.parse(start) - 6 * 3_600_000, Date.parse(end ?? start) + 6 * 3_600_000];
  const text = end ? told.range.replace("{start}", at(start)).replace("{end}", at(end)) : at(start);
  const query = new URLSearchParams({ start: new Date(from).toISOString(), end: new Date(Math.min(to, Math.max(Date.now(), from + 1))).toISOString() });
  return Object.assign(element("a", "", text), { href: `/clinic/patients/${patient}/?${query}` });
}

const by = (name, instant) => told.by.replace("{name}", name).replace("{moment}", at(instant));

function drawNote(note) {
  const item = element("li", note.removed_at ? "closed" : "");
  const grow = element("div", "grow", note.start ? when(note.start, note.end) : element("span", "quiet", told.about_patient), element("p", "text", note.text));
  grow.append(element("small", "", by(note.author.name, note.written_at)));
  if (note.removed_at) grow.append(element("small", "", told.removed.replace("{name}", note.removed_by.name).replace("{moment}", at(note.removed_at))));
  if (note.former.length) {
    const former = element("ol", "former", ...note.former.map((one) => element("li", "", element("p", "text", one.text), element("small", "", by(one.author.name, one.written_at)))));
    grow.append(element("details", "", element("summary", "", told.former.replace("{count}", note.former.length)), former));
  }
  item.append(grow);
  const start = note.text.slice(0, 40);
  if (may.write && !note.removed_at) {
    item.append(element("div", "row no-print", button(told.edit, "", start, () => forms.note.edit(note)), button(told.remove, "danger", start, () => remove(note))));
  }
  return item;
}

async function remove(note) {
  if (!await sure(told.sure_remove, { yes: told.remove, no: told.cancel })) return;
  await ask(`patients/${patient}/notes/${note.id}/remove/`, { method: "POST", body: {} });
  say(told.note_removed);
  notes.reload();
}

function drawExclusion(one) {
  const item = element("li", one.undone_at ? "closed" : "");
  const facts = [told.readings.replace("{count}", one.readings), by(one.author.name, one.created_at)];
  if (one.undone_at) facts.push(told.undone.replace("{name}", one.undone_by.name).replace("{moment}", at(one.undone_at)));
  const grow = element("div", "grow", element("b", "", told.reasons[one.reason]), " ", when(one.start, one.end), one.note ? element("p", "text", one.note) : "", element("small", "", facts.join(" · ")));
  item.append(grow);
  if (may.exclude && !one.undone_at) item.append(button(told.undo, "no-print", at(one.start), () => undo(one)));
  return item;
}

async function undo(one) {
  if (!await sure(told.sure_undo.replace("{count}", one.readings), { yes: told.undo, no: told.cancel, danger: false })) return;
  await ask(`patients/${patient}/exclusions/${one.id}/undo/`, { method: "POST", body: {} });
  say(told.exclusion_undone);
  exclusions.reload();
}

document.getElementById("write")?.addEventListener("click", () => forms.note.write());
document.getElementById("exclude")?.addEventListener("click", () => forms.exclusion.open());
removed.addEventListener("change", notes.reload);
notes.reload();
exclusions.reload();
