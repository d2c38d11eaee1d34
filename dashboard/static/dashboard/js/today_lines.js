// The lines of the last 24 hours, asked for when their row comes on the screen.

import { DATA } from "./data.js";
import { fromMgDl, glucose } from "./glucose.js";

const DAY_MINUTES = 1440;
const TOP = 300;
const [LOW, HIGH] = [70, 180];
const GAP_MINUTES = 20;
const BATCH = 60;

/** Follows which rows are on the screen; `watch(rows)` after they changed, `add(row, reading)` for a new reading. */
export function followScreen(words) {
  const known = new Map();
  const wanted = new Set();
  let waiting = 0;

  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting && !known.has(entry.target)) wanted.add(entry.target);
      else wanted.delete(entry.target);
    }
    clearTimeout(waiting);
    waiting = setTimeout(fetchWanted, 60);
  }, { rootMargin: "200px" });

  async function fetchWanted() {
    const rows = [...wanted].slice(0, BATCH);
    rows.forEach((row) => wanted.delete(row));
    if (!rows.length) return;
    const address = new URL("../sparks/", new URL(DATA, location));
    address.searchParams.set("patients", rows.map((row) => row.dataset.patient).join(","));
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const found = (await answer.json()).results;
      for (const row of rows) {
        const line = found[row.dataset.patient] || { minutes: [], mg_dl: [] };
        known.set(row, { at: Date.now(), ...line });
        draw(row, known.get(row), words);
      }
    } catch {
      // The table says already that nothing answers; the rows are asked for again when they come back.
    }
    if (wanted.size) fetchWanted();
  }

  return {
    watch: (rows) => rows.forEach((row) => seen.observe(row)),
    add(row, reading) {
      const line = known.get(row);
      if (!line) return;
      line.minutes.push(Math.round((Date.parse(reading.time) - line.at) / 60_000));
      line.mg_dl.push(Math.round(reading.unit === "mmol/L" ? reading.value * 18.0182 : reading.value));
      draw(row, line, words);
    },
  };
}

function draw(row, line, words) {
  const cell = row.querySelector('[data-column="spark"]');
  if (!line.minutes.length) {
    cell.replaceChildren(Object.assign(document.createElement("small"), { textContent: words.no_spark }));
    return;
  }
  const past = Math.round((Date.now() - line.at) / 60_000);
  const x = (at) => line.minutes[at] - past + DAY_MINUTES;
  const y = (value) => TOP - Math.min(Math.max(value, 0), TOP);
  let path = "";
  let below = "";
  for (let at = 0; at < line.minutes.length; at += 1) {
    if (x(at) < 0) continue;
    const together = at > 0 && line.minutes[at] - line.minutes[at - 1] <= GAP_MINUTES;
    const point = `${x(at)} ${y(line.mg_dl[at])}`;
    path += `${together && path ? "L" : "M"}${point}`;
    // A low has its own colour down to a single point.
    if (line.mg_dl[at] < LOW) below += `M${x(at) - 4} ${y(line.mg_dl[at])}h8`;
  }
  const lowest = glucose(fromMgDl(Math.min(...line.mg_dl)));
  const highest = glucose(fromMgDl(Math.max(...line.mg_dl)));
  const told = words.spark.replace("{lowest}", lowest).replace("{highest}", highest);
  cell.innerHTML = `<svg class="spark" viewBox="0 0 ${DAY_MINUTES} ${TOP}" preserveAspectRatio="none" role="img"><title></title><rect class="range" y="${TOP - HIGH}" width="${DAY_MINUTES}" height="${HIGH - LOW}"></rect><path d="${path}"></path><path class="below" d="${below}"></path></svg>`;
  cell.querySelector("svg").setAttribute("aria-label", told);
  cell.querySelector("title").textContent = told;
}
