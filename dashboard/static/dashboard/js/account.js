// One vendor's account: how it does, and what somebody can do about it.

import { ask, askWithTag, say, words } from "./data.js";
import { at, factsOf } from "./account_lines.js";
import { follow } from "./following.js";
import { clear, confirmed, reason, send } from "./json_form.js";
import { element, openList } from "./lists.js";

const REFRESH_MS = 20_000;
const FIRST_LOOK_MS = 1_500;
const FIRST_LOOKS = 40;
const told = words();
const card = document.getElementById("account");
const task = document.getElementById("task");
const address = `librelinkup/accounts/${card.dataset.account}/`;
const by = (id) => document.getElementById(id);
let shown = null;
let tag = "";

const history = openList(by("history"), { words: { ...told, none: told.no_history }, draw: drawEvent, address: () => `${address}history/` });

function drawEvent(event) {
  const facts = [at(event.time), event.user?.username ?? told.nobody];
  if (event.next_attempt_at) facts.push(told.not_before.replace("{moment}", at(event.next_attempt_at)));
  const detail = event.detail ? Object.assign(element("p", "quiet", event.detail), { lang: "en" }) : "";
  return element("li", "", element("div", "grow", element("b", "", told.states[event.state]), detail, element("small", "", facts.join(" · "))));
}

function show(account) {
  if (shown && shown.state !== account.state) {
    say(told.states[account.state]);
    history.reload();
  }
  shown = account;
  card.dataset.state = account.state;
  by("state-title").textContent = told.states[account.state];
  by("action").textContent = told.actions[account.state] ?? "";
  by("action").hidden = !(account.state in told.actions);
  by("facts").textContent = factsOf(account, told);
  by("detail").textContent = [account.state_detail, account.vendor_rests].filter(Boolean).join(" ");
  by("detail").hidden = !by("detail").textContent;
  if (by("sync")) by("sync").hidden = account.state in told.actions;
  if (!by("change")) return;
  by("terms").hidden = !(account.state === "terms_required" && account.pending_step in told.documents);
  by("document").textContent = told.documents[account.pending_step] ?? "";
  by("change").classList.toggle("main", account.state === "bad_credentials");
  by("disable").hidden = account.state === "disabled";
  by("enable").hidden = account.state !== "disabled";
}

function fail(error) {
  by("failed-words").textContent = reason(error, told);
  by("failed").hidden = false;
}

async function load() {
  try {
    const answer = await askWithTag(address);
    tag = answer.tag;
    by("failed").hidden = true;
    show(answer.told);
  } catch (error) {
    fail(error);
  } finally {
    card.setAttribute("aria-busy", "false");
  }
}

/** Ask for a task and follow it to its end; then everything on the page is looked at anew. */
async function start(what) {
  for (const button of card.querySelectorAll("#acts button")) button.disabled = true;
  try {
    const asked = await ask(`${address}${what}/`, { method: "POST", body: {} });
    await follow(asked.task, task, told);
  } catch (error) {
    fail(error);
  } finally {
    for (const button of card.querySelectorAll("#acts button")) button.disabled = false;
  }
  await load();
  history.reload();
  document.dispatchEvent(new Event("people"));
}

async function change(body) {
  try {
    show(await ask(address, { method: "PATCH", body, headers: { "If-Match": tag } }));
    say(told.changed);
    await load();
    history.reload();
  } catch (error) {
    fail(error);
    if (error.status === 412) await load();
  }
}

function openWrites() {
  const dialog = by("changing");
  const form = by("changing-form");
  by("change").addEventListener("click", () => dialog.showModal());
  dialog.querySelector(".close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => { form.reset(); clear(form); });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = { password: form.elements.password.value };
    if (!(await send(form, address, { method: "PATCH", body, words: told }))) return;
    dialog.close();
    say(told.changed);
    await load();
    history.reload();
    firstLooks();
  });
  by("terms").addEventListener("click", async () => { if (await confirmed(by("accepting"))) start("accept-terms"); });
  by("disable").addEventListener("click", async () => { if (await confirmed(by("disabling"))) change({ state: "disabled" }); });
  by("enable").addEventListener("click", () => change({ state: "active" }));
  by("delete").addEventListener("click", async () => {
    if (!(await confirmed(by("deleting")))) return;
    try {
      await ask(address, { method: "DELETE" });
      location.href = "/clinic/accounts/";
    } catch (error) {
      fail(error);
    }
  });
}

/** After a login was given the vendor is asked at once: look until it has answered. */
async function firstLooks() {
  const before = shown?.last_success_at;
  task.replaceChildren(element("span", "", told.asked));
  task.hidden = false;
  for (let looks = 0; looks < FIRST_LOOKS; looks += 1) {
    await new Promise((go) => { setTimeout(go, FIRST_LOOK_MS); });
    await load();
    if (shown && (shown.last_success_at !== before || shown.state !== "active")) break;
  }
  task.hidden = true;
  history.reload();
  document.dispatchEvent(new Event("people"));
}

by("sync")?.addEventListener("click", () => start("sync"));
by("again").addEventListener("click", load);
document.addEventListener("linked", load);
if (by("changing")) openWrites();
setInterval(() => { if (!document.hidden) load(); }, REFRESH_MS);
await load();
history.reload();
if (new URLSearchParams(location.search).has("new")) {
  say(told.connected);
  if (!shown?.last_success_at) firstLooks();
}
