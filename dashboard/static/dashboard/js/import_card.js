// One import as an item of a list: what was found in the file, what speaks against it, and what can be done.

import { DATA } from "./data.js";
import { moment } from "./glucose.js";
import { element } from "./lists.js";

const RUNNING = ["waiting", "running"];
const number = (value) => value.toLocaleString(document.documentElement.lang);
export const isRunning = (one) => RUNNING.includes(one.state);

function size(bytes) {
  const kilo = bytes < 1_000_000;
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: kilo ? "kilobyte" : "megabyte", maximumFractionDigits: 1 }).format(bytes / (kilo ? 1000 : 1_000_000));
}

/** The counts in sentences: would be stored, or were. */
function counts(one, words, zone) {
  const made = element("ul", "counts");
  const say = (text) => made.append(element("li", "", text));
  const fill = (text, count, others) => text.replace("{count}", number(count)).replace("{others}", number(others));
  if (!one.lines) return made;
  if (one.glucose) say(fill(one.dry_run ? words.would_store : words.stored, one.stored, one.duplicates));
  else say(words.no_glucose);
  if (one.treatments) say(fill(one.dry_run ? words.would_store_treatments : words.stored_treatments, one.stored_treatments, one.duplicate_treatments));
  if (one.start) say(words.span.replace("{start}", moment(one.start, zone)).replace("{end}", moment(one.end, zone)));
  return made;
}

function refused(one, words) {
  const count = one.refused.reduce((sum, row) => sum + row.count, 0);
  if (!count) return "";
  const reasons = one.refused.map((row) => element("li", "", `${number(row.count)} × ${words.refusals[row.code] ?? row.code}`));
  const lines = one.first_refused.map((row) => element("li", "", words.line.replace("{line}", number(row.line)).replace("{reason}", words.refusals[row.code] ?? row.words)));
  const link = Object.assign(element("a", "button no-print", words.download), { href: `${DATA}imports/${one.id}/refused/`, download: `refused-${one.id}.csv` });
  return element("details", "", element("summary", "", words.refused_lines.replace("{count}", number(count))), element("ul", "", ...reasons), element("p", "quiet", words.first_lines), element("ul", "", ...lines), link);
}

/** `acts` has store(one), cancel(one), order(one, name); `may` whether the person may. */
export function drawImport(one, { words, zone, acts }) {
  const item = element("li", `${one.state} ${one.warnings.length || one.state === "failed" ? "low" : ""}`);
  const facts = [one.format ? words.formats[one.format] : words.file, size(one.size), moment(one.created_at, zone)];
  if (one.date_order) facts.push(words.orders[one.date_order] ?? one.date_order);
  if (one.timezone) facts.push(one.timezone);
  const state = one.error?.field ? "asked" : one.state;
  const grow = element("div", "grow", element("b", "", words.states[state]), element("small", "", facts.join(" · ")), counts(one, words, zone));
  for (const warning of one.warnings) grow.append(element("p", "wrong", `${words.warnings[warning.code] ?? ""} ${warning.words}`.trim()));
  if (one.error) grow.append(element("p", "wrong", words.errors[one.error.code] ?? one.error.words));
  grow.append(refused(one, words));
  item.append(grow);
  if (isRunning(one)) {
    const bar = Object.assign(document.createElement("progress"), { max: 1 });
    if (one.progress) bar.value = one.progress;
    bar.setAttribute("aria-label", words.progress);
    item.append(bar);
  }
  item.append(element("div", "row no-print", ...actions(one, words, acts)));
  return item;
}

function actions(one, words, acts) {
  const made = (text, className, act) => {
    const button = Object.assign(element("button", className, text), { type: "button" });
    button.setAttribute("aria-label", `${text}: ${words.states[one.state]}`);
    button.addEventListener("click", act);
    return button;
  };
  if (isRunning(one)) return [made(words.cancel, "danger", () => acts.cancel(one))];
  if (!one.has_file) return [];
  if (one.error?.field === "date_order") return one.error.choices.map((name) => made(words.orders[name], "", () => acts.order(one, name)));
  if (one.error?.field) return [];
  if (one.state === "checked") return [made(words.store, "main", () => acts.store(one))];
  return ["failed", "cancelled"].includes(one.state) ? [made(words.resume, "", () => acts.store(one))] : [];
}
