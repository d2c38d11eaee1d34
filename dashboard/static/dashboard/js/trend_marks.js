// What happened beside the readings: marks on the chart, and the same as a list that leads to each.

import { moment } from "./glucose.js";
import { element } from "./lists.js";

const SIGNS = { carbohydrates: "C", basal: "B" };

/** The marks of the window, oldest first: `sign`, `second` and `text`. */
export function marksOf(found, words) {
  const within = ({ second }) => second >= found.start / 1000 && second < found.end / 1000;
  const number = (value) => value.toLocaleString(document.documentElement.lang);
  const at = (instant) => Date.parse(instant) / 1000;
  return [
    ...found.sensors.filter((one) => one.activated_at).map((one) => ({ sign: "S", second: at(one.activated_at), text: `${words.sensor} ${one.serial}` })),
    ...found.treatments.filter((one) => !one.removed).map((one) => ({ sign: SIGNS[one.kind] ?? "I", second: at(one.time), text: `${words.treatments[one.kind]} ${number(one.amount)} ${one.unit}` })),
    ...found.notes.filter((one) => one.start).map((one) => ({ sign: "N", second: at(one.start), text: `${words.note}: ${one.text}` })),
  ].filter(within).sort((a, b) => a.second - b.second);
}

/** The marks, and what is excluded, newest first; each zooms the chart to itself. `undo(exclusion)` where the person may. */
export function drawMarkList(found, marks, { zone, words, zoom, undo }) {
  const excluded = found.exclusions.map((one) => ({
    second: Date.parse(one.start) / 1000,
    end: Date.parse(one.end) / 1000,
    exclusion: one,
    text: `${words.excluded}: ${words.reasons[one.reason]}, ${words.readings.replace("{count}", one.readings)}`,
  }));
  const items = [...marks, ...excluded].sort((a, b) => b.second - a.second).map((one) => {
    const button = Object.assign(element("button", "", element("span", "", one.text, element("small", "", moment(one.second * 1000, zone)))), { type: "button" });
    button.addEventListener("click", () => {
      zoom(one.second * 1000, (one.end ?? one.second) * 1000);
      document.getElementById("chart").focus();
    });
    if (!one.exclusion || !undo) return element("li", "", button);
    const back = Object.assign(element("button", "undo no-print", words.undo), { type: "button" });
    back.setAttribute("aria-label", `${words.undo}: ${one.text}`);
    back.addEventListener("click", () => undo(one.exclusion));
    return element("li", "", button, back);
  });
  document.getElementById("marks").replaceChildren(...(items.length ? items : [element("li", "quiet", words.no_marks)]));
}
