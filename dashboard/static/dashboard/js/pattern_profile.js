// The ambulatory glucose profile as a drawing, a sentence and a table.

import { fromMgDl, glucose, unit } from "./glucose.js";

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [960, 420, 48, 952, 10, 386];
const DAY = 1440;
const CURVES = ["p5", "p25", "p50", "p75", "p95"];

const clock = (minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
const x = (minute) => LEFT + ((RIGHT - LEFT) * minute) / DAY;

/** Draw the profile, write its sentence and its table; without readings the sentence says so. */
export function drawProfile(place, found, words) {
  const there = found.bins.filter((bin) => bin.n > 0);
  document.getElementById("profile-summary").textContent = there.length ? sentence(found, there, words) : words.empty;
  fillTable(there, words);
  if (!there.length) {
    place.replaceChildren();
    return;
  }
  const highest = Math.max(...there.map((bin) => bin.p95));
  const ceiling = [350, 450, 600].map((one) => fromMgDl(one)).find((one) => highest <= one) ?? fromMgDl(600);
  const y = (value) => BOTTOM - ((BOTTOM - TOP) * value) / ceiling;
  const parts = [];
  const { low, high } = found.target;
  parts.push(`<rect class="target" x="${LEFT}" y="${y(high)}" width="${RIGHT - LEFT}" height="${y(low) - y(high)}"></rect>`);
  for (let minute = 0; minute <= DAY; minute += 180) {
    parts.push(`<line class="line" x1="${x(minute)}" x2="${x(minute)}" y1="${TOP}" y2="${BOTTOM}"></line><text x="${x(minute)}" y="${BOTTOM + 20}" text-anchor="middle">${clock(minute % DAY)}</text>`);
  }
  for (const edge of [fromMgDl(54), low, high, fromMgDl(250), fromMgDl(350)]) {
    const isTarget = edge === low || edge === high;
    parts.push(`<line class="${isTarget ? "edge" : "line"}" x1="${LEFT}" x2="${RIGHT}" y1="${y(edge)}" y2="${y(edge)}"></line><text x="${LEFT - 6}" y="${y(edge) + 4}" text-anchor="end">${glucose(edge)}</text>`);
  }
  for (const run of runs(found)) parts.push(...shapes(run, found, y));
  place.innerHTML = `<svg class="profile" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="profile-summary">${parts.join("")}</svg>`;
}

/** The bins with readings, as runs without a gap. */
function runs(found) {
  const all = [];
  for (const bin of found.bins) {
    if (!bin.n) continue;
    const last = all.at(-1);
    if (last && last.at(-1).minute_of_day + found.bin_minutes === bin.minute_of_day) last.push(bin);
    else all.push([bin]);
  }
  return all;
}

/** Through the middles of a run's bins and out to its edges; at midnight both ends meet. */
function shapes(run, found, y) {
  const step = found.bin_minutes;
  const [first, last] = [found.bins[0], found.bins.at(-1)];
  const curve = (name) => {
    const midnight = first.n && last.n ? (first[name] + last[name]) / 2 : null;
    const begin = run[0] === first && midnight !== null ? midnight : run[0][name];
    const end = run.at(-1) === last && midnight !== null ? midnight : run.at(-1)[name];
    return [
      [run[0].minute_of_day, begin],
      ...run.map((bin) => [bin.minute_of_day + step / 2, bin[name]]),
      [run.at(-1).minute_of_day + step, end],
    ].map(([minute, value]) => `${x(minute).toFixed(1)} ${y(value).toFixed(1)}`);
  };
  const [p5, p25, p50, p75, p95] = CURVES.map(curve);
  const between = (lower, upper, name) => `<path class="${name}" d="M${upper.join("L")}L${[...lower].reverse().join("L")}Z"></path>`;
  return [between(p5, p95, "outer"), between(p25, p75, "inner"), `<path class="median" d="M${p50.join("L")}"></path>`];
}

function sentence(found, there, words) {
  const lowest = there.reduce((one, other) => (other.p50 < one.p50 ? other : one));
  const highest = there.reduce((one, other) => (other.p50 > one.p50 ? other : one));
  return words.profile
    .replace("{days}", found.sufficiency.days_with_data)
    .replace("{readings}", found.readings.toLocaleString(document.documentElement.lang))
    .replace("{low_at}", clock(lowest.minute_of_day)).replace("{low}", glucose(lowest.p50))
    .replace("{high_at}", clock(highest.minute_of_day)).replace("{high}", glucose(highest.p50))
    .replace("{from}", glucose(found.target.low)).replace("{to}", glucose(found.target.high)).replace("{unit}", unit());
}

function fillTable(there, words) {
  const row = (tag, texts) => {
    const made = document.createElement("tr");
    for (const [at, text] of texts.entries()) {
      const cell = Object.assign(document.createElement(at && tag === "td" ? "td" : "th"), { textContent: text });
      cell.scope = tag === "td" ? "row" : "col";
      if (at) cell.className = "number";
      made.append(cell);
    }
    return made;
  };
  document.getElementById("profile-heads").replaceChildren(row("th", [words.time, "5 %", "25 %", words.median, "75 %", "95 %"]));
  const rows = there.map((bin) => row("td", [clock(bin.minute_of_day), ...CURVES.map((name) => glucose(bin[name]))]));
  document.getElementById("profile-table").replaceChildren(...rows);
}
