// A patient's record: a new one, or one that is changed. Somebody of the same name is warned of before anything is sent.

import { ask, askWithTag, say, words } from "./data.js";
import { onceOnly } from "./forms.js";
import { clear, confirmed, failed, reason, send, wrongAt } from "./json_form.js";
import { folded, sameNames } from "./same_names.js";
import { fillZones } from "./zone_choice.js";

const EMPTY_IS_NONE = ["external_ref", "birth_date", "email"];
const told = words();
const by = (id) => document.getElementById(id);
const form = by("record");
const patient = form.dataset.patient;
const another = by("another");
const once = onceOnly();
let tag = "";
let warnedOf = "";

/** What the fields say, as the API wants it. */
function given() {
  const said = Object.fromEntries(new FormData(form));
  for (const name of EMPTY_IS_NONE) if (said[name] === "") said[name] = null;
  return said;
}

let before = {};

/** Whether somebody else has the name; they are shown where it is so. */
async function warn() {
  const name = form.elements.name.value.trim();
  if (folded(name) === folded(warnedOf)) return !by("same").hidden;
  const found = await sameNames(name, patient);
  if (name !== form.elements.name.value.trim()) return false;
  warnedOf = name;
  another.checked = false;
  by("same").hidden = !found.length;
  by("same-words").textContent = found.length > 1 ? told.same_many : told.same;
  by("same-list").replaceChildren(...found.map((one) => {
    const link = Object.assign(document.createElement("a"), { href: `/clinic/patients/${one.id}/`, target: "_blank", rel: "noopener", textContent: one.name });
    const born = one.birth_date && told.born.replace("{date}", new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeZone: "UTC" }).format(Date.parse(one.birth_date)));
    const item = document.createElement("li");
    item.append(link, [born, one.external_ref].filter(Boolean).map((part) => `, ${part}`).join(""));
    return item;
  }));
  return found.length > 0;
}

/** Whether the form may be sent. */
async function ready() {
  clear(form);
  if (!form.elements.name.value.trim()) {
    wrongAt(form, "name", told.name_missing);
    form.elements.name.focus();
    return false;
  }
  const renamed = folded(form.elements.name.value) !== folded(before.name ?? "");
  if (renamed && (await warn().catch(() => false)) && !another.checked) {
    failed(form, told.unsure);
    another.focus();
    return false;
  }
  return true;
}

async function add() {
  const said = given();
  const made = await send(form, "patients/", { body: said, headers: once(said), words: told, conflict: "external_ref" });
  if (!made) return;
  by("added-words").textContent = told.added.replace("{name}", made.name);
  by("added-open").href = `/clinic/patients/${made.id}/`;
  if (by("added-import")) by("added-import").href = `/clinic/patients/${made.id}/sources/`;
  by("added").hidden = false;
  form.hidden = true;
  by("added").focus();
}

async function change() {
  const said = given();
  const body = Object.fromEntries(Object.entries(said).filter(([name, value]) => value !== before[name]));
  if (!Object.keys(body).length) { say(told.nothing); failed(form, told.nothing); return; }
  const made = await send(form, `patients/${patient}/`, { method: "PATCH", body, headers: { "If-Match": tag }, words: told, conflict: "external_ref", stale: told.changed_meanwhile });
  if (made) location.href = `/clinic/patients/${patient}/`;
}

function again() {
  const zone = form.elements.timezone.value;
  form.reset();
  form.elements.timezone.value = zone;
  warnedOf = "";
  by("same").hidden = by("added").hidden = true;
  form.hidden = false;
  form.elements.name.focus();
}

async function remove() {
  if (!(await confirmed(by("deleting")))) return;
  try {
    await ask(`patients/${patient}/`, { method: "DELETE", headers: { "If-Match": tag } });
    location.href = "/clinic/";
  } catch (error) {
    failed(form, error.status === 412 ? told.changed_meanwhile : reason(error, told));
  }
}

fillZones(form.elements.timezone, form.elements.timezone.dataset.zone, Boolean(patient));
before = patient ? given() : {};
form.elements.name.addEventListener("change", () => {
  if (folded(form.elements.name.value) !== folded(before.name ?? "")) warn().catch(() => {});
});
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (await ready()) await (patient ? change() : add());
});
by("added-more")?.addEventListener("click", again);
by("delete")?.addEventListener("click", remove);
if (patient) {
  try {
    tag = (await askWithTag(`patients/${patient}/`)).tag;
  } catch (error) {
    failed(form, reason(error, told));
  }
}
