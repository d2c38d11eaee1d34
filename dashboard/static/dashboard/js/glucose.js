// Glucose and time as people read them, in the page's unit and language.

const MG_DL_PER_MMOL_L = 18.0182;
export const unit = () => document.body.dataset.unit;
const language = () => document.documentElement.lang;
const kept = new Map();

/** A formatter of the page's language: to make one costs more than to use it a hundred times. */
function formatter(kind, options) {
  const key = `${kind.name} ${JSON.stringify(options)}`;
  if (!kept.has(key)) kept.set(key, new kind(language(), options));
  return kept.get(key);
}

/** A number as text. */
export const number = (value, options) => formatter(Intl.NumberFormat, options).format(value);

/** A value of the page's unit as text: whole mg/dL, or mmol/L with one decimal. */
export function glucose(value, of = unit()) {
  if (value === null || value === undefined) return "–";
  const digits = of === "mmol/L" ? 1 : 0;
  return number(value, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** mg/dL in the page's unit, unrounded. */
export function fromMgDl(value, of = unit()) {
  return of === "mmol/L" ? value / MG_DL_PER_MMOL_L : value;
}

/** A share of 100 as text. Below 1 % and above 0, where a whole number would say none, it has one decimal. */
export function percent(value) {
  if (value === null || value === undefined) return "–";
  const digits = value > 0 && value < 1 ? 1 : 0;
  return `${number(value, { maximumFractionDigits: digits })} %`;
}

/** A date and time in a zone. */
export function moment(instant, zone, options = { dateStyle: "medium", timeStyle: "short" }) {
  return formatter(Intl.DateTimeFormat, { ...options, timeZone: zone }).format(new Date(instant));
}

/** How long ago, as "3 min". */
export function age(seconds) {
  const relative = formatter(Intl.RelativeTimeFormat, { numeric: "auto", style: "short" });
  if (seconds < 3600) return relative.format(-Math.floor(seconds / 60), "minute");
  if (seconds < 86400) return relative.format(-Math.floor(seconds / 3600), "hour");
  return relative.format(-Math.floor(seconds / 86400), "day");
}
