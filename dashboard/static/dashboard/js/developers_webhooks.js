// The clinic's webhooks: how each stands, what was delivered, and a test.

import { attempt } from "./attempts.js";
import { ask } from "./data.js";
import { moment } from "./glucose.js";
import { element, openList } from "./lists.js";

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The list; `done` is told what was done. */
export function showWebhooks(told, done) {
  const failed = document.getElementById("webhooks-failed");
  const list = openList(document.getElementById("webhooks"), { words: told, draw, address: () => "webhooks/?page_size=50" });

  function draw(hook) {
    const item = element("li", hook.standing === "failing" ? "low" : hook.standing === "off" ? "closed" : "");
    const name = hook.description || hook.url;
    const text = element("div", "grow", element("b", "", name), " ", element("span", "chip", told.standings[hook.standing]));
    text.append(element("small", "", `${hook.url} · ${hook.events.join(", ")}`), element("small", "", hook.standing_detail), deliveries(hook));
    item.append(text);
    if (hook.active) {
      const test = Object.assign(element("button", "no-print", told.test), { type: "button" });
      test.setAttribute("aria-label", `${told.test}: ${name}`);
      test.addEventListener("click", () => attempt(test, failed, told, async () => {
        await ask(`webhooks/${hook.id}/test/`, { method: "POST" });
        done(told.tested);
      }));
      item.append(test);
    }
    return item;
  }

  function deliveries(hook) {
    const details = element("details", "", element("summary", "", told.deliveries));
    const place = element("div");
    const sent = openList(place, {
      words: { ...told, none: told.no_deliveries },
      address: () => `webhooks/${hook.id}/deliveries/?page_size=20`,
      draw: (one) => {
        const facts = [moment(one.created_at, here), told.attempts.replace("{count}", one.attempts)];
        if (one.error) facts.push(one.error);
        return element("li", one.error ? "low" : "", element("div", "grow", element("b", "", one.event), ` ${told.delivery_states[one.state] ?? one.state}`, element("small", "", facts.join(" · "))));
      },
    });
    details.append(place);
    details.addEventListener("toggle", () => { if (details.open) sent.reload(); });
    return details;
  }
  list.reload();
}
