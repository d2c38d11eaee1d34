// A patient's statistics: every number, the same of as many days before, and why it is what it is.

import { Offline, ask, words } from "./data.js";
import { moment, unit } from "./glucose.js";
import { explain } from "./statistics_why.js";

const told = words();
const header = document.querySelector("header.patient");
const [patient, zone] = [header.dataset.patient, header.dataset.zone];
const numbers = document.getElementById("numbers");
let asked = 0;

const daysOf = () => {
  const given = Number.parseInt(new URLSearchParams(location.search).get("days"), 10);
  return [7, 14, 30, 90].includes(given) ? given : 14;
};

/** The number of a path such as `time_in_range.target`: of a band its percentage, of episodes their count. */
export function valueAt(answer, name) {
  const found = name.split(".").reduce((one, part) => one?.[part], answer);
  return typeof found === "object" && found !== null ? found.percent ?? found.count ?? null : found ?? null;
}

/** A number as text: words as they are, whole numbers without decimals. */
export function shown(value) {
  if (value === null || value === undefined) return "–";
  if (typeof value !== "number") return String(value);
  return value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: Math.abs(value) < 10 ? 2 : 1 });
}

async function show() {
  const mine = (asked += 1);
  const days = daysOf();
  for (const button of document.querySelectorAll("#spans button")) button.setAttribute("aria-pressed", String(Number(button.dataset.days) === days));
  numbers.setAttribute("aria-busy", "true");
  const base = `patients/${patient}/statistics/?unit=${encodeURIComponent(unit())}`;
  try {
    const now = await ask(`${base}&days=${days}&explain=true`);
    const start = new Date(Date.parse(now.start) - days * 86_400_000).toISOString();
    const before = await ask(`${base}&start=${start}&end=${now.start}`);
    if (mine !== asked) return;
    document.getElementById("failed").hidden = true;
    summarise(now);
    draw(now, before, `${base}&start=${now.start}&end=${now.end}`);
  } catch (error) {
    if (mine !== asked) return;
    const why = error instanceof Offline ? told.offline : error.message;
    document.getElementById("failed-words").textContent = `${told.failed} ${why}${error.requestId ? ` (${told.request} ${error.requestId})` : ""}`;
    document.getElementById("failed").hidden = false;
  } finally {
    numbers.setAttribute("aria-busy", "false");
  }
}

function summarise(answer) {
  const used = answer.explain.readings;
  document.getElementById("summary").textContent = used.used
    ? told.readings
      .replace("{used}", used.used.toLocaleString(document.documentElement.lang))
      .replace("{first}", moment(used.first, zone)).replace("{last}", moment(used.last, zone))
      .replace("{minutes}", used.minutes.toLocaleString(document.documentElement.lang)).replace("{excluded}", used.excluded)
    : told.none;
  const little = document.getElementById("insufficient");
  little.hidden = answer.sufficiency.sufficient;
  little.textContent = `${told.insufficient} ${answer.sufficiency.reason ?? ""}`;
  numbers.classList.toggle("insufficient", !answer.sufficiency.sufficient);
}

function draw(now, before, address) {
  const goals = new Map(now.goals.results.map((goal) => [goal.measure === "cv_percent" ? "cv_percent" : `time_in_range.${goal.measure}`, goal]));
  const groups = new Map(Object.keys(told.groups).map((name) => [name, []]));
  for (const metric of now.explain.metrics) {
    const group = metric.name.includes(".") ? metric.name.split(".")[0] : "";
    groups.get(group)?.push(metric);
  }
  const tables = [...groups].filter(([, metrics]) => metrics.length).map(([group, metrics]) => {
    const table = document.createElement("table");
    table.createCaption().textContent = told.groups[group];
    const head = table.createTHead().insertRow();
    for (const [at, text] of [told.metric, told.value, told.before, told.change, ""].entries()) {
      const cell = Object.assign(document.createElement(text ? "th" : "td"), { textContent: text, className: at ? "number" : "" });
      if (text) cell.scope = "col";
      head.append(cell);
    }
    const body = table.createTBody();
    for (const metric of metrics) body.append(row(metric, valueAt(before, metric.name), goals.get(metric.name), address));
    const wide = document.createElement("div");
    wide.className = "wide";
    wide.append(table);
    return wide;
  });
  numbers.replaceChildren(...tables);
}

function row(metric, before, goal, address) {
  const made = document.createElement("tr");
  const head = Object.assign(document.createElement("th"), { textContent: metric.unit ? `${metric.title} (${metric.unit})` : metric.title });
  head.scope = "row";
  const value = document.createElement("span");
  value.textContent = shown(metric.value);
  if (goal && goal.met !== null) {
    value.className = goal.met ? "met" : "missed";
    value.setAttribute("aria-label", `${shown(metric.value)}, ${goal.met ? told.met : told.missed}`);
  }
  const comparable = typeof metric.value === "number" && typeof before === "number";
  const change = comparable ? metric.value - before : null;
  const why = Object.assign(document.createElement("button"), { type: "button", textContent: told.why });
  why.className = "no-print";
  why.setAttribute("aria-label", told.why_of.replace("{title}", metric.title).replace("{value}", shown(metric.value)));
  why.addEventListener("click", () => explain(metric, address, told));
  made.append(head);
  for (const content of [value, shown(before), change === null ? "–" : `${change > 0 ? "+" : ""}${shown(change)}`, why]) {
    const cell = document.createElement("td");
    cell.className = "number";
    cell.append(content);
    made.append(cell);
  }
  return made;
}

document.getElementById("spans").addEventListener("click", (event) => {
  const days = event.target.closest("button")?.dataset.days;
  if (!days) return;
  history.replaceState(null, "", `?days=${days}`);
  show();
});
document.getElementById("again").addEventListener("click", show);
show();
