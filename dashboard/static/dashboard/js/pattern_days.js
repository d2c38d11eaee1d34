// Each local day by itself: as long as it was, 23 and 25 hours too, and a way to it in the trend.

import { fromMgDl, glucose, percent } from "./glucose.js";
import { dayAfter, midnight } from "./zones.js";

const [HEIGHT, GAP_MS] = [100, 20 * 60_000];
const HOUR_MS = 3_600_000;

/** A small drawing for each day of the daily answer, newest first. */
export function drawDays(list, { readings, daily, patient, zone, target, words }) {
  const weekday = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
  const top = Math.max(fromMgDl(300), ...readings.value) * 1.02;
  const y = (value) => HEIGHT - (HEIGHT * value) / top;
  let from = 0;
  const items = daily.results.map((day) => {
    const [start, end] = [midnight(day.date, zone), midnight(dayAfter(day.date), zone)];
    while (from < readings.count && readings.time[from] < start) from += 1;
    let [path, below, above] = ["", "", ""];
    let before = 0;
    for (let at = from; at < readings.count && readings.time[at] < end; at += 1) {
      const left = (1000 * (readings.time[at] - start)) / (end - start);
      const value = readings.value[at];
      path += `${path && readings.time[at] - before <= GAP_MS ? "L" : "M"}${left.toFixed(1)} ${y(value).toFixed(1)}`;
      if (value < target.low) below += `M${(left - 2).toFixed(1)} ${y(value).toFixed(1)}h4`;
      if (value > fromMgDl(250)) above += `M${(left - 2).toFixed(1)} ${y(value).toFixed(1)}h4`;
      before = readings.time[at];
    }
    const date = weekday.format(Date.parse(`${day.date}T12:00:00Z`));
    const told = day.readings
      ? words.day.replace("{share}", percent(day.time_in_range.target.percent)).replace("{mean}", glucose(day.mean)).replace("{lowest}", glucose(day.min)).replace("{highest}", glucose(day.max))
      : words.no_day;
    const hours = Math.round((end - start) / HOUR_MS);
    const item = document.createElement("li");
    item.innerHTML = `<a><span class="top"><span></span> <b class="number"></b></span><svg class="day" viewBox="0 0 1000 ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true"><rect class="target" y="${y(target.high)}" width="1000" height="${y(target.low) - y(target.high)}"></rect><path d="${path}"></path><path class="above" d="${above}"></path><path class="below" d="${below}"></path></svg></a>`;
    const link = item.firstElementChild;
    link.href = `/clinic/patients/${patient}/?start=${new Date(start).toISOString()}&end=${new Date(end).toISOString()}`;
    const name = hours === 24 ? date : `${date} (${words.hours.replace("{hours}", hours)})`;
    const share = day.readings ? percent(day.time_in_range.target.percent) : "–";
    item.querySelector(".top span").textContent = name;
    item.querySelector("b").textContent = share;
    // What can be read begins it, so that it can be spoken to.
    link.setAttribute("aria-label", `${name} ${share}. ${told.replace("{date}", date)}`);
    return item;
  });
  list.replaceChildren(...items.reverse());
}
