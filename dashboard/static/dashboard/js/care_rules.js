// What a patient's clinicians are alarmed of: the rule of each kind as it stands, and how to change it for this patient.

import { attempt, reason } from "./attempts.js";
import { ask } from "./data.js";
import { sure } from "./dialogs.js";
import { glucose, moment, unit } from "./glucose.js";
import { element } from "./lists.js";

const FIELDS = ["threshold", "margin", "minutes", "hours", "escalate_after_minutes"];
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const input = (name) => document.getElementById(`rule-${name}`);

/** The list and its dialog; `words` has offline, failed and request. */
export async function showRules(patient, told, words, done) {
  const place = document.getElementById("rules");
  let changing = null;

  function says(rule) {
    if (!rule.enabled) return [told.off];
    const facts = [];
    const is = (text, value) => facts.push(text.replace("{value}", glucose(value)).replace("{unit}", unit()).replace("{count}", value));
    if (rule.threshold !== null) is(rule.kind === "falling_fast" ? told.fall : told.threshold, rule.threshold);
    if (rule.minutes) is(rule.kind === "no_data" ? told.silence : told.minutes, rule.minutes);
    if (rule.hours) is(told.hours, rule.hours);
    if (rule.escalate_after_minutes) is(told.escalate, rule.escalate_after_minutes);
    if (rule.quiet_hours) facts.push(told.quiet.replace("{start}", rule.quiet_hours.start).replace("{end}", rule.quiet_hours.end));
    return facts;
  }

  // A patient's rule that says nothing leaves everything to the clinic's.
  const isOwn = (rule) => rule.level === "patient" && rule.said.length > 0;

  function draw(rule) {
    const item = Object.assign(element("li", rule.enabled ? rule.kind : "closed"), { id: `rule-of-${rule.kind}` });
    const facts = element("small", "", says(rule).join(" · "));
    const text = element("div", "grow", element("b", "", told.kinds[rule.kind]), " ", element("span", "chip", told.levels[rule.level === "patient" && !isOwn(rule) ? "clinic" : rule.level]), facts);
    if (rule.since && (isOwn(rule) || rule.level === "clinic")) text.append(element("small", "", told.set_by.replace("{moment}", moment(rule.since, here)).replace("{name}", rule.set_by?.name ?? "–")));
    item.append(text);
    if (!place.dataset.write) return item;
    const acts = element("div", "row no-print", button(told.change, rule, () => open(rule)));
    if (isOwn(rule)) acts.append(button(told.reset, rule, () => reset(rule)));
    item.append(acts);
    return item;
  }

  function button(name, rule, act) {
    const made = Object.assign(element("button", "", name), { type: "button" });
    made.setAttribute("aria-label", `${name}: ${told.kinds[rule.kind]}`);
    made.addEventListener("click", act);
    return made;
  }

  const put = (rule) => document.getElementById(`rule-of-${rule.kind}`).replaceWith(draw(rule));
  const send = async (body) => put(await ask("alerts/rules/", { method: "POST", body: { patient, unit: unit(), ...body } }));

  function open(rule) {
    changing = rule;
    document.getElementById("rule-title").textContent = told.change_of.replace("{kind}", told.kinds[rule.kind]);
    document.getElementById("rule-failed").hidden = true;
    input("enabled").checked = rule.enabled;
    for (const name of FIELDS) {
      document.querySelector(`[data-field="${name}"]`).hidden = rule[name] === null;
      input(name).disabled = rule[name] === null;
      input(name).value = rule[name] === null ? "" : shown(name, rule[name]);
    }
    input("start").value = rule.quiet_hours?.start ?? "";
    input("end").value = rule.quiet_hours?.end ?? "";
    document.getElementById("rule-dialog").showModal();
  }

  /** Only what this patient's rule says already, or what was changed: the rest follows the clinic. */
  function said(rule) {
    const body = { kind: rule.kind };
    const own = (name) => rule.level === "patient" && rule.said.includes(name);
    if (own("enabled") || input("enabled").checked !== rule.enabled) body.enabled = input("enabled").checked;
    for (const name of FIELDS) {
      if (rule[name] === null) continue;
      const isAsBefore = input(name).value === shown(name, rule[name]);
      if (own(name) || !isAsBefore) body[name] = isAsBefore ? rule[name] : Number(input(name).value);
    }
    const [start, end] = [input("start").value, input("end").value];
    if (own("quiet_start") || start !== (rule.quiet_hours?.start ?? "") || end !== (rule.quiet_hours?.end ?? "")) {
      body.quiet_hours = { start: start || "00:00", end: end || "00:00" };
      if (rule.quiet_hours?.timezone) body.quiet_hours.timezone = rule.quiet_hours.timezone;
    }
    return body;
  }

  const shown = (name, value) => String(["threshold", "margin"].includes(name) && unit() === "mmol/L" ? Math.round(value * 10) / 10 : value);

  async function reset(rule) {
    const kind = told.kinds[rule.kind];
    const question = { title: told.sure_reset.replace("{kind}", kind), text: told.sure_reset_text, yes: told.reset, words };
    if (await sure(question, () => send({ kind: rule.kind }))) done(told.saved.replace("{kind}", kind));
  }

  document.getElementById("rule-form")?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const saved = await attempt(document.getElementById("rule-send"), document.getElementById("rule-failed"), words, () => send(said(changing)));
    if (!saved) return;
    document.getElementById("rule-dialog").close();
    done(told.saved.replace("{kind}", told.kinds[changing.kind]));
  });

  try {
    const { results } = await ask(`alerts/rules/?patient=${patient}&unit=${encodeURIComponent(unit())}`);
    place.replaceChildren(...results.map(draw));
    document.querySelector(`[id="${CSS.escape(location.hash.slice(1))}"]`)?.scrollIntoView();
  } catch (error) {
    const failed = document.getElementById("rules-failed");
    failed.textContent = `${words.failed} ${reason(error, words)}`;
    failed.hidden = false;
  } finally {
    place.setAttribute("aria-busy", "false");
  }
}
