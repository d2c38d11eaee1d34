// Forms that are sent as data: what is wrong stands at its field, what was typed stays, and nothing is done twice.

import { Offline } from "./data.js";

/** Take back what was said to be wrong. */
export function clear(form) {
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  for (const place of form.querySelectorAll(".wrong")) {
    place.textContent = "";
    place.hidden = true;
  }
}

/** Say what is wrong at the field of that name, which gets the focus where it is the first; false where there is none. */
export function wrongAt(form, name, text) {
  const field = form.querySelector(`[name="${CSS.escape(name)}"]`);
  const place = field && document.getElementById(`${field.id}-wrong`);
  if (!place || field.closest("[hidden]")) return false;
  if (!form.querySelector("[aria-invalid]")) field.focus();
  field.setAttribute("aria-invalid", "true");
  place.textContent = text;
  place.hidden = false;
  return true;
}

/** What an error is in words, with the request's id where somebody may have to be asked about it. */
export function reason(error, words) {
  if (error instanceof Offline) return words.offline;
  const known = error.status === 412 ? words.changed : words.refused?.[error.status];
  return known ?? `${error.message}${error.requestId && error.status >= 500 ? ` (${words.request} ${error.requestId})` : ""}`;
}

/** Show a failed request in its form: each field's errors there, the others in its `.failed`. */
export function tellFailure(form, error, words) {
  const others = (error.errors ?? []).filter((one) => !wrongAt(form, one.pointer.slice(1).replaceAll("/", "."), one.detail));
  const said = (error.errors ?? []).length ? others.map((one) => one.detail).join(" ") : reason(error, words);
  const place = form.querySelector(".failed");
  place.textContent = said ? `${words.not_saved} ${said}` : "";
  place.hidden = !said;
}

/** Send a form once at a time: its buttons rest meanwhile. `send()` throws where it fails. */
export async function whileSending(form, words, send) {
  clear(form);
  const buttons = [...form.querySelectorAll("button:not(:disabled)")];
  for (const one of buttons) one.disabled = true;
  try {
    await send();
    return true;
  } catch (error) {
    tellFailure(form, error, words);
    return false;
  } finally {
    for (const one of buttons) one.disabled = false;
  }
}

/** Headers by which the same body, sent again after an answer that was lost, is done once. */
export function onceOnly() {
  let [body, key] = ["", ""];
  return (sent) => {
    const now = JSON.stringify(sent);
    if (now !== body) [body, key] = [now, Array.from(crypto.getRandomValues(new Uint32Array(4)), (one) => one.toString(36)).join("-")];
    return { "Idempotency-Key": key };
  };
}
