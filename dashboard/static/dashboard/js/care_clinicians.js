// Who cares for the patient, from the patient: the clinic's clinicians and administrators to tick.

import { attempt, reason } from "./attempts.js";
import { ask } from "./data.js";
import { changeCare } from "./care.js";
import { element } from "./lists.js";

/** The list and its button; `done` is told what was saved. */
export async function showClinicians(patient, told, done) {
  const place = document.getElementById("clinicians");
  const failed = document.getElementById("clinicians-failed");
  const save = document.getElementById("clinicians-save");
  const changed = new Map();
  let caring = [];

  function choice(member) {
    const box = Object.assign(document.createElement("input"), { type: "checkbox", id: `member-${member.id}`, checked: caring.includes(member.id) });
    box.addEventListener("change", () => {
      if (box.checked === caring.includes(member.id)) changed.delete(member.id);
      else changed.set(member.id, box.checked);
      save.disabled = !changed.size;
    });
    return Object.assign(element("label", "", box, " ", member.name || member.username, " ", element("small", "", told.roles[member.role])), { htmlFor: box.id });
  }

  try {
    const [members, found] = await Promise.all([ask("members/?page_size=1000"), ask(`patients/${patient}/`)]);
    caring = found.clinicians;
    const staff = members.results.filter((one) => ["admin", "clinician"].includes(one.role) && (one.status !== "deactivated" || caring.includes(one.id)));
    place.replaceChildren(...staff.map(choice));
    if (!staff.length) place.append(element("p", "quiet", told.no_members));
  } catch (error) {
    failed.textContent = `${told.failed} ${reason(error, told)}`;
    failed.hidden = false;
  } finally {
    place.setAttribute("aria-busy", "false");
  }

  save.addEventListener("click", async () => {
    const wishes = new Map(changed);
    const saved = await attempt(save, failed, told, async () => {
      // What somebody else changed meanwhile stays; only what was ticked here is changed.
      const answer = await changeCare(patient, (now) => [...now.filter((one) => wishes.get(one) !== false), ...[...wishes].filter(([, wanted]) => wanted).map(([id]) => id)]);
      caring = answer.clinicians;
    });
    if (!saved) return;
    const added = [...wishes.values()].filter(Boolean).length;
    changed.clear();
    save.disabled = true;
    for (const box of place.querySelectorAll("input")) box.checked = caring.includes(box.id.slice("member-".length));
    done(told.assigned.replace("{added}", added).replace("{taken}", wishes.size - added));
  });
}
