// A change that may be refused: its button rests meanwhile, and what went wrong is said beside it.

import { Offline } from "./data.js";

/** What went wrong, in words, with the fields that are to blame and the request to name to somebody. */
export function reason(error, words) {
  if (error instanceof Offline) return words.offline;
  if (error.status === 401) return document.getElementById("signed-out").textContent.trim();
  const fields = (error.errors ?? []).map((one) => one.detail).filter(Boolean);
  const said = fields.length ? fields.join(" ") : error.message;
  return error.requestId ? `${said} (${words.request} ${error.requestId})` : said;
}

/** Do it; answers whether it went well. `place` shows why not, and is hidden else. */
export async function attempt(button, place, words, act) {
  button.disabled = true;
  place.hidden = true;
  try {
    await act();
    return true;
  } catch (error) {
    place.textContent = reason(error, words);
    place.hidden = false;
    return false;
  } finally {
    button.disabled = false;
  }
}
