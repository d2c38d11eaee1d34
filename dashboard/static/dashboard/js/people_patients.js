// Whose patients are whose, from the member: a list to tick, saved patient by patient.

import { reason } from "./attempts.js";
import { ask, say } from "./data.js";
import { element } from "./lists.js";
import { changeCare, isMeanwhile } from "./care.js";

const dialog = document.getElementById("patients-dialog");
const place = document.getElementById("patient-choices");
const search = document.getElementById("patient-search");
const failed = document.getElementById("patients-failed");
const save = document.getElementById("patients-save");
let member = null, told = null, done = null, round = 0, waits = 0;
// By the patient's id: what was ticked or unticked here, and not saved yet.
const wishes = new Map();

/** Open the dialog of a member; `tell` gets a sentence once it is saved. */
export function openPatients(whose, words, tell) {
  [member, told, done] = [whose, words, tell];
  wishes.clear();
  search.value = "";
  failed.hidden = true;
  document.getElementById("patients-title").textContent = words.patients_of.replace("{name}", whose.name || whose.username);
  dialog.showModal();
  show();
}

async function show() {
  const mine = (round += 1);
  count();
  place.setAttribute("aria-busy", "true");
  place.replaceChildren(element("p", "quiet", told.loading));
  try {
    const text = search.value.trim();
    const found = [];
    // Their own first; who is in both lists stands once.
    if (!text) found.push(...(await ask(`patients/?page_size=200&clinician=${member.id}`)).results);
    const seen = new Set(found.map((one) => one.id));
    const query = text ? `&search=${encodeURIComponent(text)}` : "";
    found.push(...(await ask(`patients/?page_size=100${query}`)).results.filter((one) => !seen.has(one.id)));
    if (mine !== round) return;
    place.replaceChildren(...found.map(choice));
    if (!found.length) place.append(element("p", "quiet", told.no_patients));
  } catch (error) {
    if (mine === round) tellFailure(error, told.failed);
  } finally {
    if (mine === round) place.setAttribute("aria-busy", "false");
  }
}

function choice(patient) {
  const box = Object.assign(document.createElement("input"), { type: "checkbox", id: `care-${patient.id}` });
  const isTheirs = patient.clinicians.includes(member.id);
  box.checked = wishes.get(patient.id)?.wanted ?? isTheirs;
  box.addEventListener("change", () => {
    if (box.checked === isTheirs) wishes.delete(patient.id);
    else wishes.set(patient.id, { patient, wanted: box.checked });
    count();
  });
  const label = Object.assign(element("label", "", box, " ", patient.name), { htmlFor: box.id });
  if (patient.external_ref) label.append(" ", element("small", "", patient.external_ref));
  return label;
}

function count() {
  document.getElementById("chosen").textContent = wishes.size ? told.count.replace("{count}", wishes.size) : "";
}

function tellFailure(error, before = "") {
  failed.textContent = `${before} ${reason(error, told)}`.trim();
  failed.hidden = false;
}

save.addEventListener("click", async () => {
  if (!wishes.size) return dialog.close();
  save.disabled = true;
  failed.hidden = true;
  const tally = { added: 0, taken: 0 };
  const all = wishes.size;
  try {
    for (const [id, { patient, wanted }] of [...wishes]) {
      try {
        await changeCare(patient.id, (clinicians) => (wanted ? [...clinicians, member.id] : clinicians.filter((one) => one !== member.id)));
      } catch (error) {
        // What was saved before it is saved; this one and those after it are still ticked.
        if (isMeanwhile(error)) error.message = told.changed_meanwhile.replace("{name}", patient.name);
        throw error;
      }
      tally[wanted ? "added" : "taken"] += 1;
      wishes.delete(id);
      document.getElementById("chosen").textContent = told.saving.replace("{done}", all - wishes.size).replace("{all}", all);
    }
    dialog.close();
    const text = told.assigned.replace("{added}", tally.added).replace("{taken}", tally.taken);
    done(text);
    say(text);
  } catch (error) {
    tellFailure(error);
    show();
  } finally {
    save.disabled = false;
  }
});

search.addEventListener("input", () => {
  clearTimeout(waits);
  waits = setTimeout(show, 300);
});
