// A patient's trend: which window is shown, and what belongs to it.

import { Offline, ask, askAll, say, words } from "./data.js";
import { glucose, moment, percent, unit } from "./glucose.js";
import { drawChart } from "./trend_chart.js";
import { drawEpisodes, drawGoals, drawTable } from "./trend_beside.js";
import { drawMarkList, marksOf } from "./trend_marks.js";
import { excludedReadings, openTools } from "./trend_tools.js";
import { dayAfter, dayIn, midnight } from "./zones.js";

const DAY_MS = 86_400_000;
const told = { ...words("note-words"), ...words() };
const header = document.querySelector("header.patient");
const [patient, zone] = [header.dataset.patient, header.dataset.zone];
const place = document.getElementById("chart");
const summary = document.getElementById("summary");
let chart = null;
let asked = 0;
const tools = openTools({ patient, zone, words: told, chart: () => chart, refresh: show });

const short = (ms) => moment(ms, zone, { dateStyle: "medium" });
const iso = (ms) => new Date(ms).toISOString();

/** The window that the address names: `days`, or `start` and `end` as instants; 14 days without either. */
function wanted() {
  const given = new URLSearchParams(location.search);
  const [start, end] = [Date.parse(given.get("start")), Date.parse(given.get("end"))];
  if (start < end) return { start, end, days: 0 };
  const days = Math.min(Math.max(Number.parseInt(given.get("days"), 10) || 14, 1), 366);
  const now = Date.now();
  return { start: now - days * DAY_MS, end: now, days };
}

function remember(query) {
  history.replaceState(null, "", `?${new URLSearchParams(query)}`);
  show();
}

/** Load what the window holds and draw it; an answer that comes after a newer question is dropped. */
async function show() {
  const mine = (asked += 1);
  const { start, end, days } = wanted();
  for (const button of document.querySelectorAll("#spans button")) button.setAttribute("aria-pressed", String(Number(button.dataset.days) === days));
  document.getElementById("from").value = dayIn(start, zone);
  document.getElementById("until").value = dayIn(end - 1, zone);
  summary.textContent = told.loading;
  const query = `start=${new Date(start).toISOString()}&end=${new Date(end).toISOString()}&unit=${encodeURIComponent(unit())}`;
  const about = (name, more = "") => `patients/${patient}/${name}/?${query}${more}`;
  try {
    const [readings, statistics, episodes, treatments, exclusions, sensors, notes] = await Promise.all([
      ask(about("readings", "&layout=columns")),
      ask(about("statistics")),
      ask(about("episodes")),
      askAll(`patients/${patient}/treatments/?start=${new Date(start).toISOString()}&end=${new Date(end).toISOString()}&page_size=1000`),
      askAll(`patients/${patient}/exclusions/`),
      ask(`patients/${patient}/sensors/`),
      place.dataset.notes ? askAll(`patients/${patient}/notes/?start=${iso(start)}&end=${iso(end)}`) : [],
    ]);
    const standing = exclusions.filter((one) => !one.undone_at && Date.parse(one.start) < end && Date.parse(one.end) > start);
    const excluded = await excludedReadings(patient, { start, end }, standing, unit());
    if (mine !== asked) return;
    document.getElementById("failed").hidden = true;
    const found = { start, end, readings, statistics, episodes: episodes.results, treatments, exclusions: standing, excluded, sensors: sensors.results, notes };
    const marks = marksOf(found, told);
    const zoom = (from, to) => chart?.zoom(from, to);
    tell(found);
    chart?.destroy();
    place.replaceChildren();
    chart = readings.count || excluded.length ? drawChart(place, found, { zone, words: told, marks, ...tools }) : empty();
    tools.drawn();
    drawMarkList(found, marks, { zone, words: told, zoom, undo: tools.undo });
    drawGoals(statistics, told);
    drawEpisodes(found.episodes, { zone, words: told, zoom });
    drawTable(readings, { zone, words: told });
  } catch (error) {
    if (mine !== asked) return;
    const why = error instanceof Offline ? told.offline : error.message;
    document.getElementById("failed-words").textContent = `${told.failed} ${why}${error.requestId ? ` (${told.request} ${error.requestId})` : ""}`;
    document.getElementById("failed").hidden = false;
    summary.textContent = "";
  }
}

/** The chart in a sentence, for who cannot see it and for who prints it. */
function tell({ start, end, readings, statistics }) {
  const text = readings.count ? told.chart : told.empty;
  summary.textContent = text
    .replace("{count}", readings.count.toLocaleString(document.documentElement.lang))
    .replace("{start}", short(start)).replace("{end}", short(end))
    .replace("{lowest}", glucose(statistics.min)).replace("{highest}", `${glucose(statistics.max)} ${unit()}`)
    .replace("{share}", percent(statistics.time_in_range.target.percent));
}

/** Nothing in the window: the way to the newest readings, where there are any. */
function empty() {
  const newest = document.querySelector("#latest time");
  if (newest) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: told.newest });
    button.addEventListener("click", () => {
      const end = Date.parse(newest.dateTime) + 60_000;
      remember({ start: new Date(end - 14 * DAY_MS).toISOString(), end: new Date(end).toISOString() });
    });
    place.append(button);
  }
  return null;
}

document.getElementById("spans").addEventListener("click", (event) => {
  const days = event.target.closest("button")?.dataset.days;
  if (days) remember({ days });
});
document.getElementById("window").addEventListener("submit", (event) => {
  event.preventDefault();
  const [from, until] = [document.getElementById("from"), document.getElementById("until")];
  if (from.value > until.value) [from.value, until.value] = [until.value, from.value];
  remember({ start: iso(midnight(from.value, zone)), end: iso(midnight(dayAfter(until.value), zone)) });
});
document.getElementById("again").addEventListener("click", show);
addEventListener("popstate", show);
place.addEventListener("keydown", (event) => {
  if (tools.press(event)) return;
  const said = chart?.press(event);
  if (said) say(said);
});
show();
