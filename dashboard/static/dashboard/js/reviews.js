// The queue of patients who are due for review, and the form that a review is written in.

import { attempt } from "./attempts.js";
import { ask, say, words } from "./data.js";
import { element, openList } from "./lists.js";

const told = words();
const place = document.getElementById("reviews");
const dialog = document.getElementById("review");
const state = () => document.querySelector('#states [aria-pressed="true"]').dataset.state;
const date = (day) => new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeZone: "UTC" }).format(Date.parse(`${day}T12:00:00Z`));
const category = document.getElementById("category");
const search = document.getElementById("search");
let reviewed = null;
let waits = 0;

const list = openList(place, {
  words: told,
  draw,
  address: () => {
    const query = new URLSearchParams({ state: state() });
    for (const one of [category, search]) if (one.value.trim()) query.set(one.id, one.value.trim());
    return `reviews/?${query}`;
  },
  loaded: ({ counts }) => {
    if (!counts) return;
    document.getElementById("counts").textContent = told.counts
      .replace("{overdue}", counts.overdue).replace("{due}", counts.due).replace("{upcoming}", counts.upcoming);
  },
});

function draw(row) {
  const item = element("li", row.state === "overdue" ? "low" : "");
  const link = Object.assign(element("a", "", row.patient.name), { href: `/clinic/patients/${row.patient.id}/` });
  const due = row.state === "overdue"
    ? told.overdue.replace("{date}", date(row.due_on)).replace("{days}", row.overdue_days)
    : told.due.replace("{date}", date(row.due_on));
  const last = row.last_review
    ? told.last.replace("{date}", date(row.last_review.reviewed_on)).replace("{name}", row.last_review.reviewer?.name ?? "–").replace("{outcome}", told.outcomes[row.last_review.outcome])
    : told.never;
  const chips = row.categories.map((name) => element("span", "chip", told.categories[name]));
  const before = Object.assign(element("a", "", told.before), { href: `/clinic/patients/${row.patient.id}/care/#reviews-title` });
  before.setAttribute("aria-label", `${told.before}: ${row.patient.name}`);
  item.append(element("div", "grow", element("b", "", link), " ", ...chips, element("small", "", `${due} · ${last}`, ...(row.last_review ? [" · ", before] : []))));
  if (place.dataset.write) {
    const write = Object.assign(element("button", "no-print", told.review), { type: "button" });
    write.setAttribute("aria-label", `${told.review}: ${row.patient.name}`);
    write.addEventListener("click", () => open(row.patient));
    item.append(write);
  }
  return item;
}

function open(patient) {
  reviewed = patient;
  document.getElementById("review-title").textContent = `${told.review}: ${patient.name}`;
  document.getElementById("review-failed").hidden = true;
  dialog.showModal();
}

document.getElementById("review-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = { outcome: document.getElementById("outcome").value, note: document.getElementById("note").value };
  if (document.getElementById("next").value) body.next_on = document.getElementById("next").value;
  // What was typed stays where it is refused.
  const saved = await attempt(event.submitter, document.getElementById("review-failed"), told, () => ask(`patients/${reviewed.id}/reviews/`, { method: "POST", body }));
  if (!saved) return;
  event.target.reset();
  dialog.close();
  say(told.saved.replace("{name}", reviewed.name));
  list.reload();
});
document.getElementById("review-close").addEventListener("click", () => dialog.close());
document.getElementById("states").addEventListener("click", (event) => {
  const pressed = event.target.closest("button");
  if (!pressed) return;
  for (const one of document.querySelectorAll("#states button")) one.setAttribute("aria-pressed", String(one === pressed));
  list.reload();
});
category.addEventListener("change", list.reload);
search.addEventListener("input", () => {
  clearTimeout(waits);
  waits = setTimeout(list.reload, 300);
});
list.reload();
// From the patient's page: the form at once. The address has the id alone, for addresses are written into logs.
const asked = new URLSearchParams(location.search).get("patient");
if (asked && place.dataset.write) ask(`patients/${asked}/`).then(open, (error) => say(error.message));
