// The clock on a patient's wall, and the instants at which it shows something; days of 23 and 25 hours included.

const DAY_MS = 86_400_000;
const clocks = new Map();

function clock(zone) {
  if (!clocks.has(zone)) clocks.set(zone, new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" }));
  return clocks.get(zone);
}

const shown = (ms, zone) => Date.parse(`${clock(zone).format(ms).replace(" ", "T")}Z`);

/** What the clock shows at an instant, as `<input type="datetime-local">` has it. */
export const wall = (ms, zone) => clock(zone).format(ms).replace(" ", "T").slice(0, 16);

/** The local date of an instant. */
export const dayIn = (ms, zone) => wall(ms, zone).slice(0, 10);

/** The date after a date. */
export const dayAfter = (day) => new Date(Date.parse(`${day}T12:00:00Z`) + DAY_MS).toISOString().slice(0, 10);

/**
 * The instants at which the clock shows a date and time, as `found`: one, two where it is put back, none where it is put forward.
 *
 * `best` is the first of them, or what the clock shows instead of a time that is skipped.
 */
export function instants(text, zone) {
  const guess = Date.parse(`${text}Z`);
  const offsets = [guess - DAY_MS, guess + DAY_MS].map((ms) => shown(ms, zone) - ms);
  const tried = [...new Set(offsets.map((offset) => guess - offset))].sort((a, b) => a - b);
  const found = tried.filter((ms) => shown(ms, zone) === guess);
  return { found, best: found[0] ?? tried.at(-1) };
}

/** The first instant of a local date. */
export const midnight = (day, zone) => instants(`${day}T00:00:00`, zone).best;
