// How an account does, in words.

import { moment } from "./glucose.js";

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** An instant in the browser's zone. */
export const at = (instant) => moment(instant, here);

/** Whether somebody has to do something before anything comes by the account. */
export const inNeed = (account, words) => account.state in words.actions && account.state !== "disabled";

/** When it worked last and is tried next, and whom it brings. */
export function factsOf(account, words) {
  const facts = [account.last_success_at ? words.success.replace("{moment}", at(account.last_success_at)) : words.no_success];
  if (account.state in words.actions) facts.push(words.waits);
  else facts.push(account.next_attempt_at ? words.next.replace("{moment}", at(account.next_attempt_at)) : words.next_round);
  facts.push(words.patients.replace("{count}", account.patients.length));
  if (account.stopped) facts.push(words.stopped.replace("{count}", account.stopped));
  if (account.set_aside) facts.push(words.set_aside.replace("{count}", account.set_aside));
  if (account.vendor_rests) facts.push(words.rests);
  return facts.join(" · ");
}
