// What became of an alert, asked for when somebody opens it.

import { reason } from "./attempts.js";
import { ask } from "./data.js";
import { glucose, moment, unit } from "./glucose.js";
import { element } from "./lists.js";

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** A `<details>` of the alert; `isOpen` shows it from the start. */
export function historyOf(alert, words, isOpen = false) {
  const place = element("ol", "history");
  const details = element("details", "", element("summary", "", words.history), place);
  details.addEventListener("toggle", () => { if (details.open) show(); });
  details.open = isOpen;
  async function show() {
    try {
      const events = alert.events ?? (await ask(`alerts/${alert.id}/?unit=${encodeURIComponent(unit())}`)).events;
      place.replaceChildren(...events.map((one) => event(one, words)));
    } catch (error) {
      place.replaceChildren(element("li", "wrong", reason(error, words)));
    }
  }
  return details;
}

function event(one, words) {
  const text = (words.events[one.what] ?? one.what)
    .replace("{name}", one.by?.name ?? "–")
    .replace("{until}", one.until ? moment(one.until, here) : "–");
  const value = one.value === null ? "" : `, ${glucose(one.value)} ${unit()}`;
  return element("li", "", `${moment(one.at, here)}: ${text}${value}`);
}
