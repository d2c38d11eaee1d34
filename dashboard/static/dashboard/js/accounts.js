// The clinic's accounts at vendors, and the form that connects one.

import { ask, say, words } from "./data.js";
import { factsOf, inNeed } from "./account_lines.js";
import { follow } from "./following.js";
import { clear, reason, send } from "./json_form.js";
import { element, openList } from "./lists.js";

const REFRESH_MS = 30_000;
const KINDS = { librelinkup: "LibreLinkUp", dexcom_share: "Dexcom Share" };
const told = words();
const place = document.getElementById("accounts");
const syncing = new Set();

const list = openList(place, { words: told, draw, address: () => "librelinkup/accounts/" });

function draw(account) {
  const item = element("li", inNeed(account, told) ? "low" : "");
  const link = Object.assign(element("a", "", account.email), { href: `/clinic/accounts/${account.id}/` });
  const grow = element("div", "grow", element("b", "", link), " ", element("span", "chip", KINDS[account.kind]), " ", told.states[account.state]);
  if (account.state in told.actions) grow.append(element("p", "", told.actions[account.state]));
  grow.append(element("small", "", factsOf(account, told)));
  const task = element("div", "row");
  task.hidden = true;
  task.setAttribute("role", "status");
  item.append(grow, task);
  if (place.dataset.sync && !(account.state in told.actions)) item.append(syncButton(account, task));
  return item;
}

function syncButton(account, place_) {
  const button = Object.assign(element("button", "no-print", told.sync), { type: "button" });
  button.setAttribute("aria-label", told.sync_of.replace("{account}", account.email));
  button.addEventListener("click", async () => {
    button.disabled = true;
    syncing.add(account.id);
    try {
      const { task } = await ask(`librelinkup/accounts/${account.id}/sync/`, { method: "POST", body: {} });
      const ended = await follow(task, place_, told);
      if (ended?.status !== "done") return;
      list.replace(account.id, await ask(`librelinkup/accounts/${account.id}/`));
      say(told.synced.replace("{account}", account.email));
    } catch (error) {
      place_.replaceChildren(element("span", "wrong", reason(error, told)));
      place_.hidden = false;
    } finally {
      syncing.delete(account.id);
      button.disabled = false;
    }
  });
  return button;
}

function openForm() {
  const dialog = document.getElementById("connecting");
  const form = document.getElementById("connecting-form");
  const kind = document.getElementById("kind");
  const region = document.getElementById("region-field");
  const byKind = () => { region.hidden = kind.value !== "dexcom_share"; };
  kind.addEventListener("change", byKind);
  byKind();
  document.getElementById("connect").addEventListener("click", () => dialog.showModal());
  dialog.querySelector(".close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    // A password stays on no page that nobody looks at.
    document.getElementById("password").value = "";
    clear(form);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = { kind: kind.value, email: form.elements.email.value.trim(), password: form.elements.password.value };
    if (kind.value === "dexcom_share") body.region = form.elements.region.value;
    const made = await send(form, "librelinkup/accounts/", { body, words: told, conflict: "email" });
    if (made) location.href = `/clinic/accounts/${made.id}/?new`;
  });
  if (new URLSearchParams(location.search).has("connect")) dialog.showModal();
}

if (document.getElementById("connecting")) openForm();
setInterval(() => {
  if (!document.hidden && !syncing.size && !place.contains(document.activeElement)) list.reload();
}, REFRESH_MS);
list.reload();
