// How much of each day came, may still come and is lost, and why: a bar and a row for each.

import { element } from "./lists.js";

const SVG = "http://www.w3.org/2000/svg";

/** Minutes as people say them. */
export function duration(minutes) {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [hours ? `${hours} h` : "", rest || !hours ? `${rest} min` : ""].filter(Boolean).join(" ");
}

function bar(day) {
  const drawn = document.createElementNS(SVG, "svg");
  drawn.setAttribute("viewBox", `0 0 ${day.minutes} 10`);
  drawn.setAttribute("preserveAspectRatio", "none");
  drawn.setAttribute("aria-hidden", "true");
  drawn.setAttribute("class", "truth");
  let from = 0;
  for (const kind of ["received", "fillable", "lost"]) {
    const part = document.createElementNS(SVG, "rect");
    for (const [name, value] of Object.entries({ class: kind, x: from, width: day[kind], height: 10 })) part.setAttribute(name, value);
    drawn.append(part);
    from += day[kind];
  }
  return drawn;
}

/** The rows of the days, newest first. */
export function drawTruth(body, days, words) {
  const language = document.documentElement.lang;
  const date = new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
  const rows = [...days].reverse().map((day) => {
    const row = document.createElement("tr");
    const head = element("th", "", date.format(Date.parse(`${day.date}T12:00:00Z`)));
    head.scope = "row";
    const long = day.minutes === 1440 ? "" : ` (${words.hours.replace("{hours}", Math.round(day.minutes / 60))})`;
    head.append(long);
    const why = day.causes.map((one) => words.cause.replace("{duration}", duration(one.minutes)).replace("{cause}", words.causes[one.cause]).replace("{outlook}", one.fillable ? words.may_come : words.is_lost));
    row.append(head, element("td", "drawn", bar(day)));
    for (const kind of ["received", "fillable", "lost"]) {
      const cell = element("td", "number", day[kind] ? duration(day[kind]) : "–");
      cell.dataset.label = words[kind];
      row.append(cell);
    }
    row.append(element("td", "why", why.join("; ")));
    return row;
  });
  body.replaceChildren(...rows);
}
