// The clinic's webhooks: how they do, a test, and switching one off or on.

import { ask, say, words } from "./data.js";
import { moment } from "./glucose.js";
import { reason } from "./json_form.js";
import { element, openList } from "./lists.js";

const LOOK_MS = 1_000;
const LOOKS = 20;
const told = words();
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const list = openList(document.getElementById("webhooks"), { words: told, draw, address: () => "webhooks/" });

function draw(webhook) {
  const item = element("li", webhook.standing === "failing" ? "low" : "");
  const facts = [webhook.description, webhook.events.join(", "), webhook.last_success_at && told.last_success.replace("{moment}", moment(webhook.last_success_at, here))];
  const detail = Object.assign(element("p", "quiet", webhook.standing_detail), { lang: "en" });
  const came = element("p", "");
  came.setAttribute("role", "status");
  item.append(element("div", "grow", element("b", "", webhook.url), " ", element("span", "chip", told.standings[webhook.standing]), detail, element("small", "", facts.filter(Boolean).join(" · ")), came));
  if (webhook.active) item.append(button(told.test, told.test_of.replace("{url}", webhook.url), (pressed) => test(webhook, pressed, came)));
  item.append(button(webhook.active ? told.switch_off : told.switch_on, "", () => turn(webhook, came)));
  return item;
}

function button(text, label, act) {
  const made = Object.assign(element("button", "no-print", text), { type: "button" });
  if (label) made.setAttribute("aria-label", label);
  made.addEventListener("click", () => act(made));
  return made;
}

async function test(webhook, pressed, came) {
  pressed.disabled = true;
  came.className = "";
  came.textContent = told.sending;
  try {
    const { delivery } = await ask(`webhooks/${webhook.id}/test/`, { method: "POST", body: {} });
    came.textContent = told.still;
    for (let looks = 0; looks < LOOKS; looks += 1) {
      await new Promise((go) => { setTimeout(go, LOOK_MS); });
      const found = (await ask(`webhooks/${webhook.id}/deliveries/`)).results.find((one) => one.id === delivery);
      if (!found || (found.state === "waiting" && !found.attempts)) continue;
      came.className = found.state === "delivered" ? "" : "wrong";
      came.textContent = found.state === "delivered" ? told.delivered : (found.state === "waiting" ? told.waiting : told.given_up).replace("{error}", found.error);
      break;
    }
  } catch (error) {
    came.className = "wrong";
    came.textContent = reason(error, told);
  } finally {
    pressed.disabled = false;
  }
}

async function turn(webhook, came) {
  try {
    list.replace(webhook.id, await ask(`webhooks/${webhook.id}/`, { method: "PATCH", body: { active: !webhook.active } }));
    say(told.saved.replace("{what}", webhook.url));
  } catch (error) {
    came.className = "wrong";
    came.textContent = reason(error, told);
  }
}

list.reload();
