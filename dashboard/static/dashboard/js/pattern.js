// A patient's daily pattern: the profile by time of day, and each day by itself.

import { Offline, ask, words } from "./data.js";
import { unit } from "./glucose.js";
import { drawDays } from "./pattern_days.js";
import { drawProfile } from "./pattern_profile.js";

const told = words();
const header = document.querySelector("header.patient");
const [patient, zone] = [header.dataset.patient, header.dataset.zone];
let asked = 0;

const daysOf = () => {
  const given = Number.parseInt(new URLSearchParams(location.search).get("days"), 10);
  return [7, 14, 30, 90].includes(given) ? given : 14;
};

/** Load and draw; an answer that comes after a newer question is dropped. */
async function show() {
  const mine = (asked += 1);
  const days = daysOf();
  for (const button of document.querySelectorAll("#spans button")) button.setAttribute("aria-pressed", String(Number(button.dataset.days) === days));
  const place = document.getElementById("profile");
  place.setAttribute("aria-busy", "true");
  try {
    const shown = `unit=${encodeURIComponent(unit())}`;
    const profile = await ask(`patients/${patient}/agp/?days=${days}&${shown}`);
    const day = (instant) => new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" }).format(new Date(instant));
    const window = `start=${profile.start}&end=${profile.end}`;
    const [readings, daily] = await Promise.all([
      ask(`patients/${patient}/readings/?${window}&layout=columns&${shown}`),
      ask(`patients/${patient}/daily/?start=${day(profile.start)}&end=${day(profile.end)}&${shown}`),
    ]);
    if (mine !== asked) return;
    document.getElementById("failed").hidden = true;
    drawProfile(place, profile, told);
    const little = document.getElementById("insufficient");
    little.hidden = profile.sufficiency.sufficient;
    little.textContent = `${told.insufficient} ${profile.sufficiency.reason ?? ""}`;
    drawDays(document.getElementById("days"), { readings, daily, patient, zone, target: profile.target, words: told });
  } catch (error) {
    if (mine !== asked) return;
    const why = error instanceof Offline ? told.offline : error.message;
    document.getElementById("failed-words").textContent = `${told.failed} ${why}${error.requestId ? ` (${told.request} ${error.requestId})` : ""}`;
    document.getElementById("failed").hidden = false;
  } finally {
    place.setAttribute("aria-busy", "false");
  }
}

document.getElementById("spans").addEventListener("click", (event) => {
  const days = event.target.closest("button")?.dataset.days;
  if (!days) return;
  history.replaceState(null, "", `?days=${days}`);
  show();
});
document.getElementById("again").addEventListener("click", show);
show();
