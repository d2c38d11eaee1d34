// The members of the clinic: invite, change role, deactivate, forget a second factor, and whose patients are whose.

import { attempt } from "./attempts.js";
import { ask, say, words } from "./data.js";
import { sure } from "./dialogs.js";
import { moment } from "./glucose.js";
import { element, openList } from "./lists.js";
import { openPatients } from "./people_patients.js";

const told = words();
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const failed = document.getElementById("act-failed");
const me = document.body.dataset.user;
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const named = (member) => ({ name: member.name || member.username, email: member.email });

const list = openList(document.getElementById("people"), { words: told, draw, address: () => "members/?page_size=100" });

function done(text) {
  const place = document.getElementById("done");
  place.textContent = text;
  place.hidden = false;
}

function draw(member) {
  const item = element("li", member.status === "deactivated" ? "closed" : "");
  const facts = [member.username, told.states[member.status]];
  if (member.status === "invited") facts.push(member.invitation_expires_at ? fill(told.link_until, { moment: moment(member.invitation_expires_at, here) }) : told.link_waits);
  else if (member.role !== "service") facts.push(member.second_factor ? told.factor : told.no_factor);
  const who = element("div", "grow", element("b", "", named(member).name));
  if (member.id === me) who.append(" ", element("span", "chip", told.you));
  who.append(" ", element("span", "chip", told.roles[member.role]), element("small", "", facts.join(" · ")));
  const acts = element("div", "row no-print");
  if (member.role === "clinician" || member.role === "admin") acts.append(button(told.patients, member, () => openPatients(member, told, done)));
  if (member.role === "service") return item.append(who), item;
  if (member.id === me) acts.append(element("small", "", told.own));
  else acts.append(...handles(member));
  item.append(who, acts);
  return item;
}

function button(text, member, act, className = "") {
  const made = Object.assign(element("button", className, text), { type: "button" });
  made.setAttribute("aria-label", `${text}: ${named(member).name}`);
  made.addEventListener("click", () => act(made));
  return made;
}

function handles(member) {
  const made = [];
  if (member.status === "deactivated") {
    made.push(button(told.activate, member, (pressed) => change(pressed, member, { active: true }, told.activated)));
    return made;
  }
  made.push(roles(member));
  if (member.status === "invited") {
    made.push(button(told.invite_again, member, (pressed) => attempt(pressed, failed, told, async () => {
      list.replace(member.id, await ask(`members/${member.id}/invitation/`, { method: "POST" }));
      done(fill(told.invited_again, named(member)));
    })));
  }
  if (member.second_factor) made.push(button(told.forget, member, () => lose(member, "forget", `members/${member.id}/second-factor/`)));
  const what = member.status === "invited" ? "revoke" : "remove";
  made.push(button(told[what], member, () => lose(member, what, `members/${member.id}/`), "danger"));
  return made;
}

function roles(member) {
  const select = document.createElement("select");
  select.append(document.getElementById("roles").content.cloneNode(true));
  select.value = member.role;
  select.setAttribute("aria-label", fill(told.role_of, named(member)));
  select.addEventListener("change", async () => {
    const role = told.roles[select.value];
    const values = { ...named(member), role };
    const changed = await sure({ title: fill(told.sure_role, values), text: told.sure_role_text, yes: role, words: told }, async () => {
      list.replace(member.id, await ask(`members/${member.id}/`, { method: "PATCH", body: { role: select.value } }));
    });
    if (changed) done(fill(told.changed, values));
    else select.value = member.role;
  });
  return select;
}

async function lose(member, what, address) {
  const values = named(member);
  const lost = await sure({ title: fill(told[`sure_${what}`], values), text: told[`sure_${what}_text`], yes: told[what], words: told }, () => ask(address, { method: "DELETE" }));
  if (!lost) return;
  done(fill(told[{ remove: "removed", revoke: "revoked", forget: "forgotten" }[what]], values));
  list.reload();
}

const change = (pressed, member, body, text) => attempt(pressed, failed, told, async () => {
  list.replace(member.id, await ask(`members/${member.id}/`, { method: "PATCH", body }));
  done(fill(text, named(member)));
});

const dialog = document.getElementById("invite-dialog");
document.getElementById("invite").addEventListener("click", () => dialog.showModal());
document.getElementById("invite-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = Object.fromEntries(["email", "name", "role", "language"].map((name) => [name, document.getElementById(name).value.trim()]));
  // What was typed stays where it is refused.
  const invited = await attempt(document.getElementById("invite-send"), document.getElementById("invite-failed"), told, () => ask("members/", { method: "POST", body }));
  if (!invited) return;
  for (const name of ["email", "name"]) document.getElementById(name).value = "";
  dialog.close();
  done(fill(told.invited, body));
  say(fill(told.invited, body));
  list.reload();
});
list.reload();
