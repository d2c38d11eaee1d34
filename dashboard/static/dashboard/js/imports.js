// Files for a patient: sent to be checked, then stored by a click; each import is followed while it runs.

import { ask, say } from "./data.js";
import { clear, reason, tellFailure, wrongAt } from "./forms.js";
import { drawImport, isRunning } from "./import_card.js";
import { openList } from "./lists.js";
import { sure } from "./sure.js";
import { upload } from "./upload.js";

const FOLLOW_MS = 2_000;

/** The form `#import` and the list `#imports`; `stored()` is called when an import has stored something. */
export function openImports({ patient, zone, words, stored }) {
  const form = document.getElementById("import");
  const sending = document.getElementById("sending");
  const running = new Set();
  // Those of this page, to be sent again where the file has to be read in another way.
  const files = new Map();
  let latest = null;

  const list = openList(document.getElementById("imports"), { words: words.imports, draw, address: () => `imports/?patient=${patient}` });

  function draw(one) {
    if (isRunning(one)) running.add(one.id);
    else if (running.delete(one.id)) {
      say(words.states[one.state]);
      if (!one.dry_run) stored();
    }
    return drawImport(one, { words, zone, acts: { store, cancel, order } });
  }

  async function act(one, what, body) {
    const failed = document.getElementById("imports-failed");
    failed.hidden = true;
    try {
      await ask(`imports/${one.id}/${what}/`, { method: "POST", body });
      list.replace(one.id, await ask(`imports/${one.id}/`));
    } catch (error) {
      failed.textContent = reason(error, words);
      failed.hidden = false;
      list.reload();
    }
  }

  async function store(one) {
    if (one.warnings.length && !await sure(words.sure_store, { yes: words.store, no: words.cancel_it })) return;
    await act(one, "start", {});
  }

  async function cancel(one) {
    if (await sure(words.sure_cancel, { yes: words.cancel, no: words.go_on })) await act(one, "cancel", {});
  }

  async function order(one, name) {
    const file = files.get(one.id);
    if (file) await send(file, { date_order: name });
    else if (await sure(words.sure_unchecked, { yes: words.store, no: words.cancel_it, danger: false })) await act(one, "start", { date_order: name });
  }

  async function send(file, more = {}) {
    const body = new FormData();
    body.set("file", file);
    body.set("patient", patient);
    body.set("dry_run", "true");
    for (const name of ["format", "timezone", "date_order"]) {
      const value = more[name] ?? form.elements.namedItem(name).value.trim();
      if (value) body.set(name, value);
    }
    latest = new AbortController();
    sending.hidden = false;
    const bar = sending.querySelector("progress");
    bar.removeAttribute("value");
    form.querySelector("button.main").disabled = true;
    try {
      const begun = await upload("imports/", body, { signal: latest.signal, progress: (share) => { bar.value = share; } });
      files.set(begun.id, file);
      list.reload();
      say(words.sent);
    } catch (error) {
      if (error.name !== "AbortError") tellFailure(form, error, words);
    } finally {
      sending.hidden = true;
      form.querySelector("button.main").disabled = false;
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clear(form);
    const file = form.elements.namedItem("file").files[0];
    if (file) send(file);
    else wrongAt(form, "file", words.needed);
  });
  document.getElementById("stop-sending").addEventListener("click", () => latest?.abort());
  setInterval(async () => {
    if (document.hidden) return;
    for (const id of [...running]) {
      try {
        list.replace(id, await ask(`imports/${id}/`));
      } catch {
        // The next look says more.
      }
    }
  }, FOLLOW_MS);
  list.reload();
}
