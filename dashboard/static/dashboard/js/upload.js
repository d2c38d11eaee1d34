// Sends a file with its progress, which fetch does not tell; what goes wrong is as in data.js.

import { DATA, Offline, Problem } from "./data.js";
import { renewed } from "./session.js";

/** The answer to a form with a file; `progress(share)` is called as it goes, `signal` ends it. */
export async function upload(address, form, options) {
  try {
    return await send(address, form, options);
  } catch (error) {
    // As in data.js: once more by the token of who signed in again.
    if (error.status === 403 && (await renewed())) return send(address, form, options);
    throw error;
  }
}

function send(address, form, { progress, signal }) {
  const request = new XMLHttpRequest();
  request.open("POST", new URL(DATA + address, location));
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader("X-CSRFToken", document.body.dataset.csrf);
  request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) progress(event.loaded / event.total); });
  signal.addEventListener("abort", () => request.abort());
  return new Promise((resolve, reject) => {
    request.addEventListener("error", () => reject(new Offline()));
    request.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
    request.addEventListener("load", () => {
      let told = {};
      try {
        told = JSON.parse(request.responseText);
      } catch {
        // A proxy's own answer has no words of ours.
      }
      if (request.status === 401) document.getElementById("signed-out").hidden = false;
      if (request.status < 400) resolve(told);
      else reject(new Problem(request.status, told));
    });
    request.send(form);
  });
}
