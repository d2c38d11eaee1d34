// Two fields for a range of time on the patient's clock; what was chosen on the chart stays exact while nobody types.

import { instants, wall } from "./zones.js";

const MINUTE_MS = 60_000;
const down = (ms) => Math.floor(ms / MINUTE_MS) * MINUTE_MS;
const up = (ms) => Math.ceil((ms + 1) / MINUTE_MS) * MINUTE_MS;

/** The fields of a form that are named `start` and `end`: `set(range)`, `get()` as ISO instants, null where empty. */
export function rangeFields(form, { zone, words }) {
  const exact = new Map();
  const fields = [form.elements.namedItem("start"), form.elements.namedItem("end")];

  function put(field, ms) {
    exact.delete(field);
    field.value = ms === null ? "" : wall(ms, zone);
    if (ms !== null) exact.set(field, { value: field.value, ms });
    hint(field);
  }

  function read(field) {
    if (!field.value) return null;
    const kept = exact.get(field);
    if (kept?.value === field.value) return kept.ms;
    const { found, best } = instants(field.value, zone);
    // Of an hour that the clocks show twice a range has both.
    return field === fields[1] && found.length ? found.at(-1) : best;
  }

  function hint(field) {
    const place = document.getElementById(`${field.id}-hint`);
    const kept = exact.get(field)?.value === field.value;
    const times = field.value && !kept ? instants(field.value, zone).found.length : 1;
    place.textContent = times === 2 ? words.twice : times === 0 ? words.skipped : "";
  }

  for (const field of fields) field.addEventListener("input", () => hint(field));
  return {
    set({ start = null, end = null }) {
      put(fields[0], start === null ? null : down(start));
      put(fields[1], end === null ? null : up(end));
    },
    get: () => {
      const [start, end] = fields.map(read);
      return { start: start === null ? null : new Date(start).toISOString(), end: end === null ? null : new Date(end).toISOString() };
    },
  };
}
