// Whom an account follows: those who wait to be accepted, several at once, and those who are known.

import { ask, say, words } from "./data.js";
import { at } from "./account_lines.js";
import { clear, confirmed, failed, reason, wrongAt } from "./json_form.js";
import { decisionOf } from "./account_decision.js";
import { element } from "./lists.js";
import { fillZones } from "./zone_choice.js";

const told = words();
const address = `librelinkup/accounts/${document.getElementById("account").dataset.account}/`;
const by = (id) => document.getElementById(id);
const form = by("waiting");
const decisions = new Map();
const nameOf = (person) => `${person.first_name} ${person.last_name}`.trim() || person.vendor_id;

async function load() {
  try {
    const [waiting, all] = await Promise.all([ask(`${address}unlinked/`), ask(`${address}people/`)]);
    showWaiting(waiting.results);
    const ids = new Set(waiting.results.map((person) => person.vendor_id));
    showKnown(all.results.filter((person) => !ids.has(person.vendor_id)));
  } catch (error) {
    failed(form, reason(error, told));
  } finally {
    form.setAttribute("aria-busy", "false");
  }
}

/** What somebody has begun to decide stays while the list is looked at anew. */
function showWaiting(people) {
  const ids = new Set(people.map((person) => person.vendor_id));
  for (const [id, one] of decisions) {
    if (ids.has(id)) continue;
    one.item.remove();
    decisions.delete(id);
  }
  for (const person of people) {
    if (decisions.has(person.vendor_id)) continue;
    const one = decisionOf(person, nameOf(person), told);
    decisions.set(person.vendor_id, one);
    by("waiting-people").append(one.item);
  }
  by("waiting-none").hidden = people.length > 0;
  by("waiting-none").textContent = told.nobody_waits;
  by("waiting-all").hidden = by("apply").hidden = !people.length;
  by("everybody").hidden = people.length < 2;
}

function showKnown(people) {
  by("known").replaceChildren(...people.map((person) => {
    const item = element("li", person.problem ? "low" : "");
    const facts = [told.since.replace("{moment}", at(person.first_seen_at)), person.newest_at ? told.newest.replace("{moment}", at(person.newest_at)) : told.no_newest];
    const grow = element("div", "grow", element("b", "", nameOf(person)), " ", element("span", "chip", told.people_states[person.state]), element("small", "", facts.join(" · ")));
    if (person.problem) grow.append(element("p", "wrong", told.problems[person.problem]));
    item.append(grow);
    if (person.patient) {
      const open = Object.assign(element("a", "button", told.open), { href: `/clinic/patients/${person.patient}/` });
      item.append(open, unlinkButton(person));
    } else item.append(acceptButton(person));
    return item;
  }));
  by("known-none").hidden = people.length > 0;
  by("known-none").textContent = told.nobody_known;
}

function unlinkButton(person) {
  const button = Object.assign(element("button", "no-print", told.unlink), { type: "button" });
  button.setAttribute("aria-label", told.unlink_of.replace("{name}", nameOf(person)));
  button.addEventListener("click", async () => {
    by("unlinking-title").textContent = told.unlink_of.replace("{name}", nameOf(person));
    if (!(await confirmed(by("unlinking")))) return;
    try {
      await ask(`${address}people/${encodeURIComponent(person.vendor_id)}/unlink/`, { method: "POST", body: {} });
      say(told.unlinked.replace("{name}", nameOf(person)));
      changed();
    } catch (error) {
      failed(form, reason(error, told));
    }
  });
  return button;
}

/** Somebody who was ignored can be accepted after all: they are put back among those who wait. */
function acceptButton(person) {
  const button = Object.assign(element("button", "no-print", told.create), { type: "button" });
  button.setAttribute("aria-label", told.what.replace("{name}", nameOf(person)));
  button.addEventListener("click", () => {
    button.closest("li").remove();
    const one = decisionOf(person, nameOf(person), told);
    decisions.set(person.vendor_id, one);
    by("waiting-people").append(one.item);
    by("waiting-none").hidden = true;
    by("waiting-all").hidden = by("apply").hidden = false;
    one.choose("create");
    one.item.querySelector("select").focus();
  });
  return button;
}

function changed() {
  load();
  document.dispatchEvent(new Event("linked"));
}

/** Each decision is a request of its own; one that is refused keeps the others from nothing. */
async function apply(event) {
  event.preventDefault();
  clear(form);
  const wanted = [...decisions].filter(([, one]) => one.what() !== "leave");
  if (!wanted.length) { failed(form, told.nothing); return; }
  const unchosen = wanted.find(([, one]) => one.what() === "link" && !one.patient());
  if (unchosen) { unchosen[1].missing(told.choose); return; }
  if (wanted.some(([, one]) => one.what() === "create") && !form.elements.timezone.value) { wrongAt(form, "timezone", told.zone_missing); return; }
  by("apply").disabled = true;
  form.setAttribute("aria-busy", "true");
  let done = 0;
  const refused = [];
  for (const [id, one] of wanted) {
    try {
      await ask(`${address}unlinked/${encodeURIComponent(id)}/${one.what() === "ignore" ? "ignore" : "link"}/`, { method: "POST", body: bodyOf(one) });
      decisions.delete(id);
      one.item.remove();
      done += 1;
    } catch (error) {
      refused.push(told.failed_for.replace("{name}", one.name).replace("{reason}", reason(error, told)));
    }
  }
  by("apply").disabled = false;
  if (refused.length) failed(form, refused.join(" "));
  if (done) say(told.done.replace("{count}", done));
  changed();
}

function bodyOf(one) {
  if (one.what() === "ignore") return {};
  return one.what() === "link" ? { patient: one.patient() } : { create: true, timezone: form.elements.timezone.value };
}

fillZones(by("zone"), by("zone").dataset.zone);
by("all").addEventListener("change", (event) => {
  if (event.target.value) for (const one of decisions.values()) one.choose(event.target.value);
});
form.addEventListener("submit", apply);
document.addEventListener("people", load);
await load();
