// Asks for data in the name of the session, and says what went wrong in words. Every script of the pages goes through here.

import { renewed } from "./session.js";

export const DATA = "/clinic/data/";

/** What an answer of 400 and more was: `status`, the problem's `title` and `detail`, and the request's id. */
export class Problem extends Error {
  constructor(status, document) {
    super(document.detail || document.title || `HTTP ${status}`);
    this.status = status;
    this.title = document.title || "";
    this.errors = document.errors || [];
    this.requestId = document.request_id || "";
  }
}

/** No answer at all: the network or the server is away. */
export class Offline extends Error {}

const signedOut = () => {
  document.getElementById("signed-out").hidden = false;
};

/**
 * The answer to a request, parsed; null where it has no body.
 *
 * `address` is relative to the data, as `patients/…/statistics/?days=14`. Problem and Offline are thrown.
 */
export async function ask(address, options = {}) {
  return (await askWithTag(address, options)).told;
}

/** The same beside the answer's tag, which a change sends as If-Match so that it runs over nobody else's. */
export async function askWithTag(address, options = {}) {
  const { method = "GET" } = options;
  let answer = await send(address, options);
  // Signing in again in another tab changed the token; what is refused for that did nothing, and is sent once more.
  if (answer.status === 403 && method !== "GET" && (await renewed())) answer = await send(address, options);
  const json = (answer.headers.get("Content-Type") || "").includes("json");
  const told = json ? await answer.json() : null;
  if (answer.ok) return { told, tag: (answer.headers.get("ETag") || "").replace(/^W\//, "") };
  if (answer.status === 401) signedOut();
  throw new Problem(answer.status, told || {});
}

async function send(address, { method = "GET", body, form, headers = {}, signal, keepalive = false }) {
  const sent = { Accept: "application/json", ...headers };
  if (method !== "GET") sent["X-CSRFToken"] = document.body.dataset.csrf;
  if (body !== undefined) sent["Content-Type"] = "application/json";
  try {
    const answer = await fetch(new URL(address, new URL(DATA, location)), {
      method, headers: sent, signal, keepalive, body: body !== undefined ? JSON.stringify(body) : form, credentials: "same-origin",
    });
    document.getElementById("offline").hidden = true;
    return answer;
  } catch (error) {
    if (error.name === "AbortError") throw error;
    document.getElementById("offline").hidden = navigator.onLine;
    throw new Offline();
  }
}

/** Every item of an address that answers by pages. */
export async function askAll(address) {
  const found = [];
  let next = address;
  while (next) {
    const page = await ask(next);
    found.push(...page.results);
    next = page.next && new URL(page.next, location).href;
  }
  return found;
}

/** Words for somebody who cannot see the change. */
export function say(words) {
  document.getElementById("said").textContent = words;
}

/** The translated words of the page: `<script type="application/json" id="words">`. */
export function words(id = "words") {
  const place = document.getElementById(id);
  return place ? JSON.parse(place.textContent) : {};
}
