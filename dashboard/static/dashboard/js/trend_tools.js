// What can be done at the trend: a note at the pointer or about a range, and readings taken out of the statistics.

import { ask, askAll, say } from "./data.js";
import { exclusionForm } from "./exclusion_form.js";
import { reason } from "./forms.js";
import { moment } from "./glucose.js";
import { noteForm } from "./note_form.js";
import { sure } from "./sure.js";

/** The excluded readings of a window as [second, value], asked for where exclusions stand. */
export async function excludedReadings(patient, { start, end }, exclusions, unit) {
  const bounds = exclusions.map((one) => [Math.max(Date.parse(one.start), start), Math.min(Date.parse(one.end), end)]).sort((a, b) => a[0] - b[0]);
  const ranges = [];
  for (const [from, to] of bounds) {
    if (ranges.length && from <= ranges.at(-1)[1]) ranges.at(-1)[1] = Math.max(ranges.at(-1)[1], to);
    else ranges.push([from, to]);
  }
  const rows = await Promise.all(ranges.map(([from, to]) => {
    const query = new URLSearchParams({ start: new Date(from).toISOString(), end: new Date(to).toISOString(), unit, page_size: 1000 });
    return askAll(`patients/${patient}/readings/?${query}`);
  }));
  return rows.flat().filter((row) => row.excluded).map((row) => [Date.parse(row.time) / 1000, row.value]).sort((a, b) => a[0] - b[0]);
}

/** The tools under the chart; `chart()` is the one that is drawn, `refresh()` draws it anew. */
export function openTools({ patient, zone, words, chart, refresh }) {
  const place = document.getElementById("tools");
  const choose = document.getElementById("choose");
  const line = document.getElementById("selected");
  const note = document.getElementById("note") && noteForm({ patient, zone, words, saved: done });
  const exclusion = document.getElementById("exclusion") && exclusionForm({ patient, zone, words, saved: done });
  let range = null;
  let mark = null;

  function done() {
    select(null);
    refresh();
  }

  function select(found) {
    range = found;
    mark = null;
    chart()?.select(found);
    line.textContent = found ? words.selected.replace("{start}", moment(found.start, zone)).replace("{end}", moment(found.end, zone)) : "";
    document.getElementById("unselect").hidden = !found;
    if (found) say(line.textContent);
  }

  /** What a note or an exclusion would be about: the selected range, or the reading that was pointed at. */
  function meant() {
    if (range) return range;
    const at = chart()?.at() ?? null;
    return { start: at, end: null };
  }

  /** Count the readings of an exclusion again, after a question. */
  async function undo(one) {
    if (!await sure(words.sure_undo.replace("{count}", one.readings), { yes: words.undo, no: words.cancel, danger: false })) return;
    try {
      await ask(`patients/${patient}/exclusions/${one.id}/undo/`, { method: "POST", body: {} });
      say(words.exclusion_undone);
      refresh();
    } catch (error) {
      line.textContent = reason(error, words);
      say(line.textContent);
    }
  }

  const act = {
    choose: () => choose.setAttribute("aria-pressed", String(choose.getAttribute("aria-pressed") !== "true")),
    unselect: () => select(null),
    "write-note": () => note.write(meant()),
    exclude() {
      const { start, end } = meant();
      exclusion.open({ start, end: end ?? start });
    },
    reset: () => chart()?.all(),
  };
  place.addEventListener("click", (event) => act[event.target.closest("button")?.id]?.());

  return {
    undo: exclusion && undo,
    selecting: () => choose.getAttribute("aria-pressed") === "true",
    selected(found) {
      choose.setAttribute("aria-pressed", "false");
      select(found);
    },
    zoomed: (whether) => { document.getElementById("reset").disabled = !whether; },
    drawn: () => { if (range) chart()?.select(range); },
    /** Keys of the chart: n writes, x marks both ends of a range, e excludes, Escape lets it go. Whether one was. */
    press(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return false;
      const at = chart()?.at() ?? null;
      const keys = {
        n: () => note && act["write-note"](),
        e: () => exclusion && act.exclude(),
        x() {
          if (at === null) return;
          if (mark === null) {
            mark = at;
            say(words.marked.replace("{moment}", moment(at, zone)));
          } else select({ start: Math.min(mark, at), end: Math.max(mark, at) });
        },
        Escape: () => select(null),
      };
      if (!(event.key in keys)) return false;
      event.preventDefault();
      keys[event.key]();
      return true;
    },
  };
}
