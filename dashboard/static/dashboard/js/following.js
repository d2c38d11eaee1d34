// Follows a task until it ended, and shows how far it is.

import { Offline, ask, say } from "./data.js";
import { reason } from "./json_form.js";
import { element } from "./lists.js";

const LOOK_MS = 1_000;
const MOST_LOOKS = 600;
const ENDED = ["done", "failed", "cancelled"];
const pause = () => new Promise((go) => { setTimeout(go, LOOK_MS); });

/** The task when it ended; null where nobody could tell. `place` shows progress and, in words, what came of it. */
export async function follow(id, place, words) {
  const bar = Object.assign(document.createElement("progress"), { max: 1 });
  bar.setAttribute("aria-label", words.progress);
  const told = element("span", "", words.task_states.pending);
  place.replaceChildren(bar, told);
  place.hidden = false;
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    try {
      const task = await ask(`tasks/${id}/`);
      told.textContent = words.task_states[task.status] ?? task.status;
      if (task.progress) bar.value = task.progress;
      if (ENDED.includes(task.status)) {
        bar.remove();
        if (task.error) told.textContent = `${words.task_states[task.status]}: ${task.error}`;
        told.className = task.status === "done" ? "" : "wrong";
        say(told.textContent);
        return task;
      }
    } catch (error) {
      // A server that does not answer for a while does not end the task.
      if (!(error instanceof Offline)) {
        place.replaceChildren(element("span", "wrong", reason(error, words)));
        return null;
      }
    }
    await pause();
  }
  return null;
}
