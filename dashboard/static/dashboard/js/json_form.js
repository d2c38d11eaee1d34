// A form that is sent as JSON: what is wrong stands at its field, and what was typed stays.

import { Offline, ask } from "./data.js";

const place = (form) => form.querySelector(".form-failed");

/** What went wrong in words, with the request's id where there is one. */
export function reason(error, words) {
  if (error instanceof Offline) return words.offline;
  const told = error.errors?.map((one) => one.detail).join(" ") || error.message;
  return error.requestId ? `${told} (${words.request} ${error.requestId})` : told;
}

/** Forget what was wrong the last time. */
export function clear(form) {
  place(form).hidden = true;
  for (const told of form.querySelectorAll(".field-wrong")) told.remove();
  for (const input of form.querySelectorAll("[aria-invalid]")) {
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
  }
}

/** Say at a field of the form what is wrong with it; false where the form has no such field. */
export function wrongAt(form, name, detail) {
  const input = form.elements.namedItem(name);
  if (!(input instanceof Element)) return false;
  const told = Object.assign(document.createElement("p"), { className: "wrong field-wrong", id: `${input.id}-wrong`, textContent: detail });
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", told.id);
  input.closest(".field").append(told);
  return true;
}

/** Say of the whole form what went wrong. */
export function failed(form, words) {
  place(form).textContent = words;
  place(form).hidden = false;
}

/**
 * Send the body to an address; the answer, or null after the form says why there is none.
 *
 * `conflict` is the field that a 409 is about, `stale` what to say where somebody changed it meanwhile. The form has a `.form-failed`, and its fields the API's names, a nested one as `quiet_hours/start`.
 */
export async function send(form, address, { method = "POST", body, headers, words, conflict = "", stale = "" }) {
  const button = form.querySelector("button.main");
  clear(form);
  button.disabled = true;
  form.setAttribute("aria-busy", "true");
  try {
    return (await ask(address, { method, body, headers })) ?? {};
  } catch (error) {
    if (error.status === 412 && stale) error.message = stale;
    const errors = error.status === 409 && conflict ? [{ pointer: `/${conflict}`, detail: error.message }] : error.errors ?? [];
    const elsewhere = errors.filter((one) => !wrongAt(form, (one.pointer ?? "").slice(1), one.detail) && !wrongAt(form, (one.pointer ?? "").split("/")[1] ?? "", one.detail));
    if (!errors.length || elsewhere.length) failed(form, reason(errors.length ? Object.assign(error, { errors: elsewhere }) : error, words));
    (form.querySelector("[aria-invalid]") ?? button).focus();
    return null;
  } finally {
    button.disabled = false;
    form.removeAttribute("aria-busy");
    form.querySelector("[aria-invalid]")?.focus();
  }
}

/** Ask before something is lost: whether the dialog's main button was pressed. */
export function confirmed(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((answer) => {
    dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true });
  });
}
