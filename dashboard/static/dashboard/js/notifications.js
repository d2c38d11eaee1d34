// What the member is told: follow it, or mark it as read. Looked at anew when the count of the bell changes.

import { ask, say, words } from "./data.js";
import { lookAgain } from "./counts.js";
import { moment } from "./glucose.js";
import { element, openList } from "./lists.js";
import { attempt } from "./attempts.js";

const told = words();
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const place = document.getElementById("notifications");
const failed = document.getElementById("act-failed");
const unread = () => document.querySelector('#states [aria-pressed="true"]').dataset.unread;

const list = openList(place, { words: told, draw, address: () => `notifications/?unread=${unread()}&page_size=50` });

/** Where the subject is: `{"task": id}`, `{"alert": id}` or `{"patient": id}`. */
function leadsTo({ alert, task, patient }) {
  if (alert) return [`/clinic/alerts/?alert=${alert}`, told.alert];
  if (task) return [`/clinic/tasks/#${task}`, told.task];
  return patient ? [`/clinic/patients/${patient}/`, told.patient] : null;
}

function draw(one) {
  const item = element("li", one.read_at ? "closed" : "unread");
  const text = element("div", "grow", one.text);
  if (!one.read_at) text.prepend(element("span", "chip", told.new), " ");
  text.append(element("small", "", moment(one.created_at, here)));
  item.append(text);
  const buttons = element("div", "row no-print");
  const target = leadsTo(one.subject);
  if (target) buttons.append(link(one, ...target));
  if (!one.read_at) buttons.append(reader(one));
  item.append(buttons);
  return item;
}

function link(one, address, name) {
  const made = Object.assign(element("a", "button", name), { href: address });
  made.setAttribute("aria-label", `${name}: ${one.text}`);
  // Following it is reading it; the page is left at once, so the request has to outlive it.
  made.addEventListener("click", () => {
    if (!one.read_at) ask(`notifications/${one.id}/read/`, { method: "POST", keepalive: true }).catch(() => {});
  });
  return made;
}

function reader(one) {
  const made = Object.assign(element("button", "", told.read), { type: "button" });
  made.setAttribute("aria-label", `${told.read}: ${one.text}`);
  made.addEventListener("click", () => attempt(made, failed, told, async () => {
    list.replace(one.id, await ask(`notifications/${one.id}/read/`, { method: "POST" }));
    say(told.marked);
    lookAgain();
  }));
  return made;
}

const all = document.getElementById("read-all");
all.addEventListener("click", () => attempt(all, failed, told, async () => {
  const { read } = await ask("notifications/read-all/", { method: "POST" });
  say(told.all_marked.replace("{count}", read));
  lookAgain();
  list.reload();
}));
document.getElementById("states").addEventListener("click", (event) => {
  const pressed = event.target.closest("button");
  if (!pressed) return;
  for (const one of document.querySelectorAll("#states button")) one.setAttribute("aria-pressed", String(one === pressed));
  list.reload();
});
document.addEventListener("counts", ({ detail }) => {
  if (detail.grown && !place.contains(document.activeElement)) list.reload();
});
list.reload();
