// The clinic's alert rules, each a form of its own: what it alarms of, when it is quiet, and where it goes.

import { ask, say, words } from "./data.js";
import { glucose, moment, unit } from "./glucose.js";
import { reason, send, wrongAt, clear } from "./json_form.js";
import { element } from "./lists.js";

const NUMBERS = ["threshold", "margin", "minutes", "hours", "escalate_after_minutes"];
const QUIET = ["quiet_hours/start", "quiet_hours/end"];
const LABELS = { falling_fast: { threshold: "fall" }, no_data: { minutes: "silence" } };
const told = words();
const place = document.getElementById("rules");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

async function load() {
  try {
    const { results } = await ask(`alerts/rules/?unit=${encodeURIComponent(unit())}`);
    place.replaceChildren(...results.map(draw));
  } catch (error) {
    const again = Object.assign(element("button", "", told.again), { type: "button" });
    again.addEventListener("click", load);
    const why = element("p", "wrong", `${told.failed} ${reason(error, told)}`);
    why.setAttribute("role", "alert");
    place.replaceChildren(why, again);
  } finally {
    place.setAttribute("aria-busy", "false");
  }
}

function inputOf(rule, name, type, value) {
  const input = Object.assign(document.createElement("input"), { type, name, id: `${rule.kind}-${name.replace("/", "-")}` });
  if (type === "checkbox") input.checked = value;
  else input.value = value;
  return input;
}

function fieldOf(rule, name, type, value, label) {
  const input = inputOf(rule, name, type, value);
  const text = Object.assign(element("label", "", label), { htmlFor: input.id });
  if (type !== "checkbox") return element("div", "field", text, input);
  text.className = "check";
  text.prepend(input);
  return element("div", "field", text);
}

function draw(rule) {
  const label = (name) => told.fields[LABELS[rule.kind]?.[name] ?? name].replace("{unit}", unit());
  const form = Object.assign(element("form", ""), { noValidate: true });
  const fields = element("div", "fields", fieldOf(rule, "enabled", "checkbox", rule.enabled, label("enabled")));
  for (const name of NUMBERS) {
    if (rule[name] === null) continue;
    const field = fieldOf(rule, name, "number", shownOf(rule, name), label(name));
    field.querySelector("input").step = unit() === "mmol/L" && ["threshold", "margin"].includes(name) ? "0.1" : "1";
    fields.append(field);
  }
  fields.append(fieldOf(rule, QUIET[0], "time", rule.quiet_hours?.start ?? "", label("quiet_hours")), fieldOf(rule, QUIET[1], "time", rule.quiet_hours?.end ?? "", label("quiet_end")));
  const channels = element("fieldset", "", element("legend", "", told.goes), ...Object.entries(told.channels).map(([name, text]) => {
    const field = fieldOf(rule, `channel-${name}`, "checkbox", rule.channels.includes(name), text);
    return field;
  }));
  const failed = element("p", "wrong form-failed");
  failed.hidden = true;
  failed.setAttribute("role", "alert");
  const save = element("button", "main", told.save);
  save.setAttribute("aria-label", `${told.save}: ${told.kinds[rule.kind]}`);
  form.append(fields, channels, failed, element("div", "row", save));
  form.addEventListener("submit", (event) => { event.preventDefault(); change(rule, form); });
  const summary = element("summary", "", element("b", "", told.kinds[rule.kind]), " ", element("span", "quiet", gistOf(rule)));
  return element("details", "rule", summary, form);
}

const shownOf = (rule, name) => (["threshold", "margin"].includes(name) ? Number(rule[name].toFixed(unit() === "mmol/L" ? 1 : 0)) : rule[name]);

/** A rule in a line: whether it stands, its threshold, and who set it. */
function gistOf(rule) {
  if (!rule.enabled) return told.off;
  const facts = [];
  if (rule.threshold !== null) facts.push(`${glucose(rule.threshold)} ${unit()}`);
  facts.push(told.levels[rule.level].replace("{name}", rule.set_by?.name ?? "–").replace("{moment}", rule.since ? moment(rule.since, here) : ""));
  return facts.join(" · ");
}

/** All that the form says: at the clinic's level it stands in place of all that was said before. */
async function change(rule, form) {
  const field = (name) => form.elements.namedItem(name);
  const body = { kind: rule.kind, unit: unit(), enabled: field("enabled").checked, channels: Object.keys(told.channels).filter((name) => field(`channel-${name}`).checked) };
  for (const name of NUMBERS) if (field(name) && field(name).value !== "") body[name] = Number(field(name).value);
  const [start, end] = QUIET.map((name) => field(name).value);
  if (Boolean(start) !== Boolean(end)) {
    clear(form);
    wrongAt(form, QUIET[start ? 1 : 0], told.both_quiet);
    field(QUIET[start ? 1 : 0]).focus();
    return;
  }
  if (start) body.quiet_hours = { start, end, ...(rule.quiet_hours?.timezone ? { timezone: rule.quiet_hours.timezone } : {}) };
  const stands = await send(form, "alerts/rules/", { body, words: told });
  if (!stands) return;
  const made = draw(stands);
  form.closest("details").replaceWith(made);
  made.open = true;
  made.querySelector("summary").focus();
  say(told.saved.replace("{what}", told.kinds[rule.kind]));
}

await load();
