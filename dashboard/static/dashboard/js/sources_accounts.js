// The accounts that a patient's readings come from: how they stand in words, what to do, and a sync at once.

import { ask, askAll, say } from "./data.js";
import { reason } from "./forms.js";
import { age, moment } from "./glucose.js";
import { element } from "./lists.js";

const FOLLOW_MS = 1_000;
const ENDED = ["done", "failed", "cancelled"];
const pause = () => new Promise((resolve) => { setTimeout(resolve, FOLLOW_MS); });

/** Fill `#accounts`; `synced()` is called after a sync that somebody asked for. */
export async function openAccounts({ patient, zone, words, may, synced }) {
  const place = document.getElementById("accounts");
  const at = (instant) => moment(instant, zone);
  place.setAttribute("aria-busy", "true");
  try {
    const own = (await askAll("librelinkup/accounts/")).filter((one) => one.patients.includes(patient));
    const problems = new Map();
    if (may.people) {
      for (const one of own) problems.set(one.id, (await ask(`librelinkup/accounts/${one.id}/people/`)).results.find((person) => person.patient === patient)?.problem_detail);
    }
    const list = element("ul", "items", ...own.map((one) => draw(one, problems.get(one.id))));
    place.replaceChildren(own.length ? list : element("p", "empty", words.no_accounts));
  } catch (error) {
    const told = element("p", "wrong", `${words.accounts_failed} ${reason(error, words)}`);
    told.setAttribute("role", "alert");
    const again = Object.assign(element("button", "", words.again), { type: "button" });
    again.addEventListener("click", () => openAccounts({ patient, zone, words, may, synced }));
    place.replaceChildren(told, again);
  } finally {
    place.setAttribute("aria-busy", "false");
  }

  function draw(account, problem) {
    const well = account.state === "active";
    const item = element("li", well && !problem ? "" : "low");
    const grow = element("div", "grow", element("b", "", `${words.kinds[account.kind]}: ${words.states[account.state]}`), " ", element("span", "", account.email));
    const facts = [account.last_success_at
      ? words.last_sync.replace("{age}", age((Date.now() - Date.parse(account.last_success_at)) / 1000)).replace("{moment}", at(account.last_success_at))
      : words.never_synced];
    if (account.next_attempt_at) facts.push(words.next_attempt.replace("{moment}", at(account.next_attempt_at)));
    else if (well) facts.push(words.next_round);
    grow.append(element("small", "", facts.join(" · ")));
    if (words.to_do[account.state]) grow.append(element("p", "", words.to_do[account.state]));
    for (const said of [account.state_detail, account.vendor_rests, problem]) if (said) grow.append(element("p", "quiet", said));
    item.append(grow);
    if (may.sync) item.append(...syncing(account));
    return item;
  }

  function syncing(account) {
    const button = Object.assign(element("button", "no-print", words.sync_now), { type: "button" });
    button.setAttribute("aria-label", `${words.sync_now}: ${account.email}`);
    const state = element("p", "state");
    state.setAttribute("role", "status");
    button.addEventListener("click", async () => {
      button.disabled = true;
      state.textContent = words.syncing;
      try {
        const { task } = await ask(`librelinkup/accounts/${account.id}/sync/`, { method: "POST", body: {} });
        const ended = await follow(task, state);
        say(ended);
        await openAccounts({ patient, zone, words, may, synced });
        place.prepend(element("p", "theirs", ended));
        synced();
      } catch (error) {
        button.disabled = false;
        state.textContent = reason(error, words);
      }
    });
    return [button, state];
  }

  /** Wait for the end of the task; what it came to, in words. */
  async function follow(id, state) {
    let task = await ask(`tasks/${id}/`);
    while (!ENDED.includes(task.status)) {
      state.textContent = words.task_states[task.status];
      await pause();
      task = await ask(`tasks/${id}/`);
    }
    if (task.status !== "done") return `${words.task_states[task.status]}. ${task.error ?? ""}`;
    if (!task.result?.visited) return `${words.not_visited} ${task.result?.reason ?? ""}`;
    return words.visited.replace("{count}", task.result.stored);
  }
}
