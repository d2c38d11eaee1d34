// What stands beside a patient's trend: goals, episodes, and the readings as a table.

import { glucose, moment, percent, unit } from "./glucose.js";

const MOST_ROWS = 2000;

function cells(...texts) {
  const row = document.createElement("tr");
  for (const text of texts) {
    const cell = document.createElement(row.children.length ? "td" : "th");
    if (!row.children.length) cell.scope = "row";
    if (text instanceof Node) cell.append(text);
    else cell.textContent = text;
    if (row.children.length) cell.className = "number";
    row.append(cell);
  }
  return row;
}

/** Each goal with its value, and whether it is met; the mean and how much there is to judge by. */
export function drawGoals(statistics, words) {
  const rows = statistics.goals.results.map((goal) => {
    const value = document.createElement("span");
    const limit = words.comparisons[goal.comparison].replace("{limit}", percent(goal.limit));
    value.textContent = percent(goal.value);
    if (goal.met !== null) {
      value.className = goal.met ? "met" : "missed";
      value.setAttribute("aria-label", `${percent(goal.value)}, ${goal.met ? words.met : words.missed}`);
    }
    return cells(words.goals[goal.measure], limit, value);
  });
  const mean = statistics.mean === null ? "–" : `${glucose(statistics.mean)} ${unit()}`;
  const gmi = statistics.gmi_percent === null ? "–" : `${statistics.gmi_percent.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })} %`;
  rows.push(cells(words.mean, "", mean), cells(words.gmi, "", gmi), cells(words.active, "", percent(statistics.sufficiency.active_percent)));
  document.querySelector("#goals tbody").replaceChildren(...rows);
  const little = document.getElementById("insufficient");
  little.hidden = statistics.sufficiency.sufficient;
  little.textContent = `${words.insufficient} ${statistics.sufficiency.reason ?? ""}`;
}

/** The episodes, newest first; each zooms the chart to itself. */
export function drawEpisodes(episodes, { zone, words, zoom }) {
  const items = [...episodes].sort((a, b) => Date.parse(b.start) - Date.parse(a.start)).map((one) => {
    const item = document.createElement("li");
    const button = Object.assign(document.createElement("button"), { type: "button", className: one.kind });
    const text = document.createElement("span");
    text.textContent = words.episode.replace("{kind}", words.kinds[one.kind]).replace("{minutes}", Math.round(one.minutes)).replace("{extreme}", glucose(one.extreme));
    const when = Object.assign(document.createElement("small"), { textContent: moment(one.start, zone) });
    text.append(when);
    button.append(text);
    button.addEventListener("click", () => {
      zoom(Date.parse(one.start), Date.parse(one.end));
      document.getElementById("chart").focus();
    });
    item.append(button);
    return item;
  });
  const list = document.getElementById("episodes");
  list.replaceChildren(...items);
  if (!items.length) list.append(Object.assign(document.createElement("li"), { className: "quiet", textContent: words.no_episodes }));
}

/** The readings as rows; made when somebody opens the table. */
export function drawTable(readings, { zone, words }) {
  const details = document.getElementById("as-table");
  const fill = () => {
    if (!details.open) return;
    const count = Math.min(readings.count, MOST_ROWS);
    const rows = [];
    for (let at = readings.count - 1; at >= readings.count - count; at -= 1) rows.push(cells(moment(readings.time[at], zone), glucose(readings.value[at])));
    document.getElementById("table").replaceChildren(...rows);
    const rest = document.getElementById("table-rest");
    rest.textContent = count < readings.count ? words.shown_first.replace("{count}", count).replace("{all}", readings.count) : "";
  };
  details.ontoggle = fill;
  fill();
}
