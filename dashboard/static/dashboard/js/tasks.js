// The member's own tasks, followed while one of them runs.

import { ask, say, words } from "./data.js";
import { moment } from "./glucose.js";
import { element, openList } from "./lists.js";

const FOLLOW_MS = 2_000;
const told = words();
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const at = (instant) => moment(instant, here);
const running = new Set();

const list = openList(document.getElementById("tasks"), { words: told, draw, address: () => "tasks/" });

function draw(task) {
  if (["pending", "processing"].includes(task.status)) running.add(task.id);
  else running.delete(task.id);
  const item = element("li", task.status === "failed" ? "low" : "");
  const facts = [told.states[task.status], told.asked.replace("{moment}", at(task.created_at))];
  if (task.finished_at) facts.push(told.finished.replace("{moment}", at(task.finished_at)));
  if (task.attempts > 1) facts.push(told.attempts.replace("{count}", task.attempts));
  if (task.cancel_requested_at && running.has(task.id)) facts.push(told.cancelling);
  const grow = element("div", "grow", element("b", "", told.kinds[task.kind] ?? task.kind.replaceAll("_", " ")), element("small", "", facts.join(" · ")));
  if (task.error) grow.append(element("p", "wrong", task.error));
  item.append(grow);
  if (task.status === "processing") {
    const progress = Object.assign(document.createElement("progress"), { max: 1 });
    if (task.progress) progress.value = task.progress;
    progress.setAttribute("aria-label", told.progress);
    item.append(progress);
  }
  if (running.has(task.id) && !task.cancel_requested_at) item.append(button(told.cancel, "danger", () => { if (confirm(told.sure)) act(task, "cancel"); }));
  if (["failed", "cancelled"].includes(task.status)) item.append(button(told.retry, "", () => act(task, "retry")));
  return item;
}

function button(text, className, act_) {
  const made = Object.assign(element("button", className, text), { type: "button" });
  made.addEventListener("click", act_);
  return made;
}

async function act(task, what) {
  try {
    list.replace(task.id, await ask(`tasks/${task.id}/${what}/`, { method: "POST", body: {} }));
  } catch (error) {
    say(error.message);
    list.reload();
  }
}

setInterval(async () => {
  if (document.hidden) return;
  for (const id of running) {
    try {
      list.replace(id, await ask(`tasks/${id}/`));
    } catch {
      // The next look says more.
    }
  }
}, FOLLOW_MS);
list.reload();
