// Alerts: what is open, acknowledged and snoozed; looked at anew every fifteen seconds while nobody writes.

import { historyOf } from "./alert_history.js";
import { letSound } from "./alert_sound.js";
import { reason } from "./attempts.js";
import { lookAgain } from "./counts.js";
import { ask, say, words } from "./data.js";
import { glucose, moment, unit } from "./glucose.js";
import { element, openList } from "./lists.js";

const REFRESH_MS = 15_000;
const told = words();
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const at = (instant) => moment(instant, here);
const kind = document.getElementById("kind");
const named = new URLSearchParams(location.search).get("alert");
const state = () => document.querySelector('#states [aria-pressed="true"]').dataset.state;

const list = openList(document.getElementById("alerts"), {
  words: told,
  draw,
  address: () => {
    const query = new URLSearchParams({ unit: unit() });
    if (state()) query.set("state", state());
    if (kind.value) query.set("kind", kind.value);
    return `alerts/?${query}`;
  },
});

function draw(alert) {
  const item = element("li", `${alert.kind} ${alert.state}`);
  const who = alert.patient
    ? Object.assign(element("a", "", alert.patient.name), { href: `/clinic/patients/${alert.patient.id}/?start=${before(alert.started_at)}&end=${after(alert)}` })
    : element("span", "", "");
  const value = alert.value === null ? "" : ` ${glucose(alert.value)} ${unit()}`;
  const facts = [told.since.replace("{moment}", at(alert.started_at))];
  if (alert.ended_at) facts.push(told.ended.replace("{moment}", at(alert.ended_at)));
  if (alert.escalated_at) facts.push(told.escalated.replace("{moment}", at(alert.escalated_at)));
  if (alert.acknowledged_at) facts.push(told.acknowledged.replace("{name}", alert.acknowledged_by?.name ?? "–").replace("{moment}", at(alert.acknowledged_at)));
  else if (alert.snoozed_until && Date.parse(alert.snoozed_until) > Date.now()) facts.push(told.snoozed.replace("{moment}", at(alert.snoozed_until)));
  const text = element("div", "grow", element("b", "", `${told.kinds[alert.kind]}${value}`), " ", who, element("small", "", facts.join(" · ")), historyOf(alert, told, isNamed(alert)));
  item.append(text);
  if (alert.patient) item.append(rules(alert));
  if (alert.state === "open" && !alert.acknowledged_at) item.append(handles(alert));
  return item;
}

const isNamed = (alert) => alert.id === named;

function rules(alert) {
  const made = Object.assign(element("a", "button no-print", told.rules), { href: `/clinic/patients/${alert.patient.id}/care/#rule-of-${alert.kind}` });
  made.setAttribute("aria-label", `${told.rules}: ${told.kinds[alert.kind]}, ${alert.patient.name}`);
  return made;
}

/** The one that a notification leads to stands above the list, whatever its state. */
async function showNamed() {
  const place = document.getElementById("named");
  try {
    const alert = await ask(`alerts/${named}/?unit=${encodeURIComponent(unit())}`);
    place.replaceChildren(element("ul", "items", draw(alert)));
  } catch (error) {
    place.replaceChildren(element("p", "wrong", reason(error, told)));
  }
}

const before = (instant) => new Date(Date.parse(instant) - 6 * 3_600_000).toISOString();
const after = (alert) => new Date(Math.min(Date.parse(alert.ended_at ?? alert.started_at) + 6 * 3_600_000, Date.now() + 60_000)).toISOString();

function handles(alert) {
  const name = `${told.kinds[alert.kind]}, ${alert.patient?.name ?? ""}`;
  const acknowledge = Object.assign(element("button", "main", told.acknowledge), { type: "button" });
  acknowledge.setAttribute("aria-label", `${told.acknowledge}: ${name}`);
  acknowledge.addEventListener("click", () => act(alert, "acknowledge", undefined, told.acknowledge));
  const minutes = document.createElement("select");
  minutes.append(document.getElementById("snoozes").content.cloneNode(true));
  minutes.setAttribute("aria-label", `${told.snooze}: ${name}`);
  const snooze = Object.assign(element("button", "", told.snooze), { type: "button" });
  snooze.addEventListener("click", () => act(alert, "snooze", { minutes: Number(minutes.value) }, told.snooze));
  return element("div", "row no-print", acknowledge, minutes, snooze);
}

async function act(alert, what, body, name) {
  try {
    const now = await ask(`alerts/${alert.id}/${what}/?unit=${encodeURIComponent(unit())}`, { method: "POST", body: body ?? {} });
    list.replace(alert.id, now);
    if (isNamed(alert)) showNamed();
    document.getElementById("act-failed").hidden = true;
    lookAgain();
    say(told.done.replace("{what}", name));
  } catch (error) {
    const failed = document.getElementById("act-failed");
    failed.textContent = reason(error, told);
    failed.hidden = false;
    list.reload();
  }
}

document.getElementById("states").addEventListener("click", (event) => {
  const pressed = event.target.closest("button");
  if (!pressed) return;
  for (const one of document.querySelectorAll("#states button")) one.setAttribute("aria-pressed", String(one === pressed));
  list.reload();
});
kind.addEventListener("change", list.reload);
document.addEventListener("counts", ({ detail }) => {
  if (detail.moreAlerts) say(told.new_alert);
});
// Not while somebody writes or reads a history.
const isQuiet = (place) => !place.contains(document.activeElement) && !place.querySelector("details[open]");
setInterval(() => {
  if (!document.hidden && isQuiet(document.getElementById("alerts"))) list.reload();
}, REFRESH_MS);
list.reload();
if (named) showNamed();
letSound();
