// The clinic's background work that was given up: sent again, or discarded.

import { attempt } from "./attempts.js";
import { ask } from "./data.js";
import { sure } from "./dialogs.js";
import { moment } from "./glucose.js";
import { element, openList } from "./lists.js";

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The list; `done` is told what was done. */
export function showLetters(told, done) {
  const failed = document.getElementById("letters-failed");
  const list = openList(document.getElementById("letters"), { words: told, draw, address: () => "dead-letters/?page_size=50" });

  function draw(letter) {
    const item = element("li", letter.requeued_at ? "closed" : "low");
    const facts = [told.died.replace("{moment}", moment(letter.died_at, here)).replace("{count}", letter.attempts)];
    if (letter.requeued_at) facts.push(told.requeued.replace("{moment}", moment(letter.requeued_at, here)));
    const text = element("div", "grow", element("b", "", letter.actor), " ", letter.reason, element("small", "", facts.join(" · ")));
    const ids = JSON.stringify(letter.arguments);
    if (ids !== "{}" && ids !== "[]") text.append(element("small", "", element("code", "", ids)));
    item.append(text);
    const acts = element("div", "row no-print");
    if (!letter.requeued_at) acts.append(button(letter, "requeue", (pressed) => requeue(pressed, letter)));
    acts.append(button(letter, "discard", () => discard(letter), "danger"));
    item.append(acts);
    return item;
  }

  function button(letter, what, act, className = "") {
    const made = Object.assign(element("button", className, told[what]), { type: "button" });
    made.setAttribute("aria-label", `${told[what]}: ${letter.actor}, ${moment(letter.died_at, here)}`);
    made.addEventListener("click", () => act(made));
    return made;
  }

  const requeue = (pressed, letter) => attempt(pressed, failed, told, async () => {
    list.replace(letter.id, await ask(`dead-letters/${letter.id}/requeue/`, { method: "POST" }));
    done(told.done_requeue.replace("{name}", letter.actor));
  });

  async function discard(letter) {
    const question = { title: told.sure_discard.replace("{name}", letter.actor), text: told.sure_discard_text, yes: told.discard, words: told };
    if (!(await sure(question, () => ask(`dead-letters/${letter.id}/discard/`, { method: "POST", body: { confirm: true } })))) return;
    done(told.done_discard.replace("{name}", letter.actor));
    list.reload();
  }
  list.reload();
}
