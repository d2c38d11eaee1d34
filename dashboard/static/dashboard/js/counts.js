// How many notifications are not read and how many alerts are open, asked every thirty seconds while somebody can see it.

import { ask } from "./data.js";

const EVERY_MS = 30_000;
const bell = document.getElementById("bell");
let last = null;

/** Ask now; whoever changed something does not wait for the next time. */
export async function lookAgain() {
  if (document.hidden || !bell) return;
  try {
    const counts = await ask("counts/");
    show(document.getElementById("unread"), counts.unread);
    show(document.getElementById("open-alerts"), counts.alerts);
    bell.setAttribute("aria-label", `${bell.dataset.name}: ${counts.unread}`);
    const moreAlerts = counts.alerts > last.alerts;
    const grown = moreAlerts || counts.unread > last.unread;
    if (counts.unread !== last.unread || counts.alerts !== last.alerts) {
      document.dispatchEvent(new CustomEvent("counts", { detail: { ...counts, grown, moreAlerts } }));
    }
    last = counts;
  } catch {
    // What went wrong is said by the bars of the shell; the next time is soon.
  }
}

function show(place, count) {
  if (!place) return;
  place.textContent = count > 99 ? "99+" : String(count);
  place.hidden = count === 0;
}

if (bell) {
  last = { unread: Number(bell.dataset.unread), alerts: Number(bell.dataset.alerts) };
  setInterval(lookAgain, EVERY_MS);
  document.addEventListener("visibilitychange", lookAgain);
}
