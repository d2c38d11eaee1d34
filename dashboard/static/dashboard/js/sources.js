// Where a patient's readings come from, and how much of what was expected came.

import { ask, say, words } from "./data.js";
import { reason } from "./forms.js";
import { moment } from "./glucose.js";
import { openImports } from "./imports.js";
import { element } from "./lists.js";
import { openAccounts } from "./sources_accounts.js";
import { drawTruth, duration } from "./sources_truth.js";

const told = words();
const header = document.querySelector("header.patient");
const [patient, zone] = [header.dataset.patient, header.dataset.zone];
const may = document.getElementById("accounts").dataset;
let days = 14;
let asked = 0;

async function showTruth() {
  const mine = (asked += 1);
  for (const button of document.querySelectorAll("#spans button")) button.setAttribute("aria-pressed", String(Number(button.dataset.days) === days));
  const failed = document.getElementById("truth-failed");
  try {
    const [truth, gaps] = await Promise.all([ask(`patients/${patient}/sync-truth/?days=${days}`), ask(`patients/${patient}/gaps/?page_size=1`)]);
    if (mine !== asked) return;
    failed.hidden = true;
    drawTruth(document.getElementById("truth"), truth.results, told);
    document.getElementById("truth-empty").hidden = truth.results.length > 0;
    document.getElementById("truth-wide").hidden = !truth.results.length;
    const silence = document.getElementById("silence");
    silence.textContent = gaps.ongoing
      ? told.silence.replace("{duration}", duration(gaps.ongoing.minutes)).replace("{moment}", moment(gaps.ongoing.start, zone)).replace("{cause}", told.causes[gaps.ongoing.cause])
      : "";
  } catch (error) {
    if (mine !== asked) return;
    document.getElementById("truth-failed-words").textContent = reason(error, told);
    failed.hidden = false;
  }
}

async function showSensors() {
  const place = document.getElementById("sensors");
  try {
    const { results } = await ask(`patients/${patient}/sensors/`);
    const at = (instant) => (instant ? moment(instant, zone) : "–");
    place.replaceChildren(...results.map((one) => {
      const head = element("th", "", one.serial);
      head.scope = "row";
      return element("tr", "", head, element("td", "", at(one.activated_at)), element("td", "", one.ended_at ? at(one.ended_at) : told.worn), element("td", "", at(one.first_seen_at)));
    }));
    document.getElementById("sensors-empty").hidden = results.length > 0;
    document.getElementById("sensors-wide").hidden = !results.length;
  } catch (error) {
    const cell = element("td", "wrong", reason(error, told));
    cell.colSpan = 4;
    place.replaceChildren(element("tr", "", cell));
  }
}

document.getElementById("spans").addEventListener("click", (event) => {
  const pressed = event.target.closest("button");
  if (!pressed) return;
  days = Number(pressed.dataset.days);
  showTruth();
});
document.getElementById("truth-again").addEventListener("click", showTruth);
openAccounts({ patient, zone, words: told, may, synced: () => { showTruth(); showSensors(); } });
showTruth();
showSensors();
if (document.getElementById("import")) openImports({ patient, zone, words: { ...told, ...words("import-words") }, stored: () => { showTruth(); say(told.refreshed); } });
