// What a patient's dosing is based on. Nobody overwrites what somebody else wrote meanwhile.

import { askWithTag, say, words } from "./data.js";
import { amount, within } from "./amounts.js";
import { clear, reason, whileSending, wrongAt } from "./forms.js";
import { moment, unit } from "./glucose.js";
import { openTargets } from "./targets.js";

const told = words();
const header = document.querySelector("header.patient");
const [patient, zone] = [header.dataset.patient, header.dataset.zone];
const form = document.getElementById("profile");
const address = `patients/${patient}/health-profile/`;
const WHOLE = ["target_low_mg_dl", "target_high_mg_dl"];
const GLUCOSE = [...WHOLE, "insulin_sensitivity_mg_dl_per_unit"];
const fields = new Map(Object.keys(told.limits).map((name) => [
  name, amount(form.elements.namedItem(name), { glucose: GLUCOSE.includes(name), whole: WHOLE.includes(name) }),
]));
let tag = "";

function show(profile) {
  for (const [name, field] of fields) field.put(profile[name]);
  document.getElementById("updated").textContent = profile.updated_at ? told.updated.replace("{moment}", moment(profile.updated_at, zone)) : told.never;
}

async function load() {
  const failed = document.getElementById("profile-failed");
  form.setAttribute("aria-busy", "true");
  try {
    const found = await askWithTag(address);
    tag = found.tag;
    show(found.told);
    failed.hidden = true;
    form.hidden = false;
  } catch (error) {
    document.getElementById("profile-failed-words").textContent = reason(error, told);
    failed.hidden = false;
  } finally {
    form.setAttribute("aria-busy", "false");
  }
}

/** What is typed; null where it cannot be, which its field says then. */
function typed() {
  const body = Object.fromEntries([...fields].map(([name, field]) => [name, field.take()]));
  let fits = true;
  for (const [name, field] of fields) fits = within(form, name, body[name], { ...told.limits[name], shown: field.show, whole: WHOLE.includes(name) }, told) && fits;
  const [low, high] = WHOLE.map((name) => body[name]);
  if ((low === null) !== (high === null)) fits = wrongAt(form, low === null ? WHOLE[0] : WHOLE[1], told.both) && false;
  else if (low !== null && low >= high) fits = wrongAt(form, WHOLE[0], told.order) && false;
  return fits ? body : null;
}

/** Somebody else was faster: what they wrote, beside what is typed; saving again is about theirs. */
async function tellTheirs() {
  const found = await askWithTag(address);
  tag = found.tag;
  const values = [...fields].filter(([name]) => found.told[name] !== null).map(([name, field]) => `${told.labels[name]} ${field.show(found.told[name]).toLocaleString(document.documentElement.lang)}`);
  document.getElementById("theirs").textContent = told.theirs.replace("{moment}", moment(found.told.updated_at, zone)).replace("{values}", values.join(", ") || told.nothing);
  document.getElementById("take-theirs").hidden = false;
  document.getElementById("take-theirs").onclick = () => {
    show(found.told);
    hideTheirs();
    clear(form);
  };
}

function hideTheirs() {
  document.getElementById("theirs").textContent = "";
  document.getElementById("take-theirs").hidden = true;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  clear(form);
  const body = typed();
  if (!body) return;
  await whileSending(form, told, async () => {
    try {
      const saved = await askWithTag(address, { method: "PUT", body, headers: { "If-Match": tag } });
      tag = saved.tag;
      hideTheirs();
      show(saved.told);
      document.getElementById("updated").textContent = told.saved;
      say(told.saved);
    } catch (error) {
      if (error.status === 412) await tellTheirs();
      throw error;
    }
  });
});
document.getElementById("profile-again").addEventListener("click", load);
for (const place of document.querySelectorAll("[data-glucose-unit]")) place.textContent = place.dataset.glucoseUnit.replace("{unit}", unit());
load();
openTargets({ patient, zone, words: told });
