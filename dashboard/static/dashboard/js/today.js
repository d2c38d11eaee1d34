// The clinic's table: loads the patients, lets one filter, sort and move by keyboard, and follows new readings.

import { Offline, ask, say, words } from "./data.js";
import { glucose, unit } from "./glucose.js";
import { openChoices, order } from "./today_choice.js";
import { followScreen } from "./today_lines.js";
import { fill, rowOf, showLatest } from "./today_rows.js";

const REFRESH_MS = 60_000;
const told = words();
const table = document.getElementById("patients");
const body = document.getElementById("rows");
const rows = new Map();
const choice = openChoices({ words: told, kept: words("kept"), changed: arrange, reload: load });
const lines = followScreen(told);
let counts = {};

/** Every patient, page by page; what is there already stays while it is asked for. A period that was chosen is told. */
async function load(isChosen = false) {
  const failed = document.getElementById("failed");
  table.setAttribute("aria-busy", "true");
  try {
    const found = [];
    let address = `clinic/overview/?page_size=1000&unit=${encodeURIComponent(unit())}&days=${choice.days}`;
    while (address) {
      const page = await ask(address);
      found.push(...page.results);
      counts = page.counts;
      address = page.next && new URL(page.next, location).href;
    }
    failed.hidden = true;
    take(found);
    if (isChosen === true) say(told.period.replace("{days}", choice.days).replace("{shown}", document.getElementById("shown").textContent));
  } catch (error) {
    const why = error instanceof Offline ? told.offline : error.message;
    const request = error.requestId ? ` (${told.request} ${error.requestId})` : "";
    document.getElementById("failed-words").textContent = `${told.failed} ${why}${request}`;
    failed.hidden = false;
  } finally {
    table.setAttribute("aria-busy", "false");
  }
}

/** Put what came into the table: rows that are there are kept, so that focus and selection are. */
function take(found) {
  const gone = new Set(rows.keys());
  body.querySelectorAll(".waiting").forEach((row) => row.remove());
  for (const patient of found) {
    gone.delete(patient.patient.id);
    const known = rows.get(patient.patient.id);
    if (known) {
      known.data = patient;
      fill(known.element, patient, told, choice.days);
    } else {
      const element = rowOf(patient, told, choice.days);
      rows.set(patient.patient.id, { element, data: patient });
    }
  }
  for (const id of gone) {
    rows.get(id).element.remove();
    rows.delete(id);
  }
  arrange();
}

/** Show whom the choice lets through, in its order. */
function arrange() {
  const focused = document.activeElement;
  const sorted = order([...rows.values()], choice.sort);
  let shown = 0;
  let place = body.firstElementChild;
  const letsThrough = choice.filter();
  for (const row of sorted) {
    if (row.element === place) place = place.nextElementSibling;
    else body.insertBefore(row.element, place);
    row.element.hidden = !letsThrough(row.data);
    if (!row.element.hidden) shown += 1;
  }
  if (focused !== document.activeElement && body.contains(focused)) focused.focus({ preventScroll: true });
  choice.show(counts, rows.size);
  lines.watch(sorted.map((row) => row.element));
  const words_ = told.shown.replace("{shown}", shown).replace("{all}", rows.size);
  if (document.getElementById("shown").textContent !== words_) document.getElementById("shown").textContent = words_;
  document.getElementById("nobody").hidden = shown > 0 || rows.size === 0;
}

/** A new reading: its row tells it at once, and goes where it belongs. */
function hear(event) {
  const reading = JSON.parse(event.data);
  const row = rows.get(reading.patient.id);
  if (!row) return;
  row.data.latest = { ...reading, heardAt: Date.now() };
  showLatest(row.element, row.data, told, true);
  lines.add(row.element, reading);
  if (row.element.contains(document.activeElement)) {
    say(told.updated.replace("{name}", row.data.patient.name).replace("{value}", `${glucose(reading.value)} ${unit()}`));
  }
  if (["latest", "age"].includes(choice.sort.replace("-", ""))) arrange();
}

function follow() {
  const stream = new EventSource(`/api/v1/readings/stream/?unit=${encodeURIComponent(unit())}`);
  stream.addEventListener("reading", hear);
  stream.addEventListener("reset", () => load());
}

/** j and k go down and up, Enter opens, / searches; nothing of it while somebody types. */
function move(event) {
  if (event.target.closest("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    event.preventDefault();
    document.getElementById("search").focus();
  }
  if (event.key !== "j" && event.key !== "k") return;
  const visible = [...body.querySelectorAll("tr:not([hidden])")];
  const at = visible.findIndex((row) => row.contains(document.activeElement));
  const next = visible[at < 0 ? 0 : at + (event.key === "j" ? 1 : -1)];
  next?.querySelector("a").focus();
}

document.addEventListener("keydown", move);
document.getElementById("again").addEventListener("click", () => load());
setInterval(() => {
  for (const row of rows.values()) showLatest(row.element, row.data, told, false);
}, 20_000);
setInterval(() => { if (!document.hidden) load(); }, REFRESH_MS);
await load();
follow();
