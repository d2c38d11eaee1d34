// Fields for amounts: glucose in the page's unit, sent in mg/dL. What nobody typed is sent as it was read.

import { unit } from "./glucose.js";
import { wrongAt } from "./forms.js";

const MG_DL_PER_MMOL_L = 18.0182;

/** `put(value)` and `take()` of a field; `glucose` where it is one, `whole` where the API takes whole mg/dL only. */
export function amount(field, { glucose = false, whole = false } = {}) {
  const converted = glucose && unit() === "mmol/L";
  const digits = converted ? 1 : 2;
  let kept = { text: "", value: null };
  const round = (value) => Number(value.toFixed(digits));
  const show = (value) => round(converted ? value / MG_DL_PER_MMOL_L : value);

  return {
    show,
    put(value) {
      const text = value === null ? "" : String(show(value));
      kept = { text, value };
      field.value = text;
    },
    /** In mg/dL, null where empty, NaN where it is no number. */
    take() {
      if (field.validity.badInput) return Number.NaN;
      if (field.value.trim() === "") return null;
      if (field.value === kept.text) return kept.value;
      const value = Number(field.value) * (converted ? MG_DL_PER_MMOL_L : 1);
      return converted ? Number(value.toFixed(whole ? 0 : 2)) : value;
    },
  };
}

/** Whether a value may be; says so at its field otherwise. */
export function within(form, name, value, { min, max, shown, whole }, words) {
  if (value === null) return true;
  const fits = Number.isFinite(value) && value >= min && value <= max && (!whole || Number.isInteger(value));
  const language = document.documentElement.lang;
  const text = (limit) => shown(limit).toLocaleString(language);
  if (!fits) wrongAt(form, name, (whole && Number.isFinite(value) && !Number.isInteger(value) ? words.whole : words.between).replace("{min}", text(min)).replace("{max}", text(max)));
  return fits;
}
