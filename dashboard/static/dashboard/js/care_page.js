// A patient's care: who cares, what they are alarmed of, and the reviews that were written.

import { ask, say, words } from "./data.js";
import { showClinicians } from "./care_clinicians.js";
import { showRules } from "./care_rules.js";
import { element, openList } from "./lists.js";

const told = words();
const patient = document.querySelector("header.patient").dataset.patient;
const day = (text) => new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeZone: "UTC" }).format(Date.parse(`${text}T12:00:00Z`));

function done(text) {
  const place = document.getElementById("done");
  place.textContent = text;
  place.hidden = false;
  say(text);
}

function drawReview(review) {
  const item = element("li");
  const next = (review.next_by_cadence ? told.next_cadence : told.next).replace("{date}", day(review.next_on));
  const by = told.reviewed.replace("{date}", day(review.reviewed_on)).replace("{name}", review.reviewer?.name ?? "–");
  const text = element("div", "grow", element("b", "", told.outcomes[review.outcome]), element("small", "", `${by} · ${next}`));
  if (review.note) text.append(element("p", "written", review.note));
  item.append(text);
  return item;
}

async function showCadence() {
  try {
    const cadence = await ask(`patients/${patient}/review-cadence/`);
    const text = cadence.days ? (cadence.own ? told.cadence_own : told.cadence) : told.cadence_none;
    document.getElementById("cadence").textContent = text.replace("{days}", cadence.days);
  } catch {
    // The list below says what is wrong.
  }
}

openList(document.getElementById("reviews"), { words: told, draw: drawReview, address: () => `patients/${patient}/reviews/?page_size=20` }).reload();
showCadence();
showRules(patient, told.rules, told, done);
if (document.getElementById("clinicians")) showClinicians(patient, told.care, done);
