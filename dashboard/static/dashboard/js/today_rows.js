// A patient's row of the clinic's table.

import { age, glucose, moment, number, percent } from "./glucose.js";

const ARROWS = ["↓", "↘", "→", "↗", "↑"];
const BANDS = ["very_low", "low", "target", "high", "very_high"];
const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

const esc = (text) => String(text).replace(/[&<>"]/g, (one) => ESCAPES[one]);

/** A new row, with everything that is known of the patient. */
export function rowOf(patient, words, days) {
  const row = document.createElement("tr");
  row.dataset.patient = patient.patient.id;
  row.setAttribute("role", "row");
  const label = (name) => esc(words.columns[name]);
  row.innerHTML = `<th scope="row" role="rowheader" class="name"></th>
<td role="cell" data-column="latest" class="now number"></td>
<td role="cell" data-column="spark" data-label="${label("spark")}"></td>
<td role="cell" data-column="tir" data-label="${label("tir")}"></td>
<td role="cell" data-column="mean" data-label="${label("mean")}" class="number"></td>
<td role="cell" data-column="gmi" data-label="${label("gmi")}" class="number"></td>
<td role="cell" data-column="cv" data-label="${label("cv")}" class="number"></td>
<td role="cell" data-column="wear" data-label="${label("wear")}" class="number"></td>
<td role="cell" data-column="change" data-label="${label("change")}" class="number"></td>
<td role="cell" data-column="categories" class="why"></td>`;
  fill(row, patient, words, days);
  return row;
}

/** Bring a row up to date. */
export function fill(row, patient, words, days) {
  const cell = (name) => row.querySelector(`[data-column="${name}"]`);
  const who = patient.patient;
  const name = row.querySelector(".name");
  if (name.dataset.name !== who.name) {
    name.dataset.name = who.name;
    name.innerHTML = `<a href="/clinic/patients/${who.id}/">${esc(who.name)}</a>`;
  }
  row.classList.toggle("insufficient", !patient.sufficient);
  row.title = patient.sufficient ? "" : words.insufficient.replace("{percent}", percent(patient.active_percent));
  cell("tir").innerHTML = bands(patient.time_in_range, words);
  cell("mean").textContent = glucose(patient.mean);
  cell("gmi").textContent = decimal(patient.gmi_percent);
  cell("cv").textContent = percent(patient.cv_percent);
  cell("wear").textContent = percent(patient.active_percent);
  cell("change").innerHTML = change(patient, words, days);
  cell("categories").innerHTML = patient.categories
    .map((one) => `<span class="chip ${one}">${esc(words.categories[one])}</span>`).join(" ");
  showLatest(row, patient, words, false);
}

/** Where the patient lives and what time it is there, where that is not the browser's zone. */
function showZone(name, zone, words) {
  const there = zone === here ? "" : words.there.replace("{place}", zone.split("/").at(-1).replaceAll("_", " ")).replace("{time}", moment(Date.now(), zone, { timeStyle: "short" }));
  let told = name.querySelector("small");
  if (!there) {
    told?.remove();
    return;
  }
  if (!told) {
    told = document.createElement("small");
    name.append(told);
  }
  if (told.textContent !== there) told.textContent = there;
}

/** The newest reading with its trend and age. */
export function showLatest(row, patient, words, isNew) {
  showZone(row.querySelector(".name"), patient.timezone, words);
  const cell = row.querySelector('[data-column="latest"]');
  const latest = patient.latest;
  if (!latest) {
    cell.textContent = words.never;
    return;
  }
  const seconds = Math.max(0, (Date.now() - Date.parse(latest.time)) / 1000);
  const stale = seconds > 15 * 60;
  const trend = latest.trend ? `<span aria-label="${esc(words.trends[latest.trend - 1])}">${ARROWS[latest.trend - 1]}</span>` : "";
  const zone = patient.timezone === here ? "" : ` (${patient.timezone})`;
  const since = stale ? ` title="${esc(words.stale.replace("{moment}", moment(latest.time, patient.timezone) + zone))}"` : "";
  const text = `<b>${glucose(latest.value)}</b> ${stale ? "" : trend}<small${since}>${esc(age(seconds))}</small>`;
  if (cell.innerHTML !== text) cell.innerHTML = text;
  cell.className = `now number${stale ? " stale" : ""}`;
  if (isNew) {
    void cell.offsetWidth; // so that the animation begins anew
    cell.classList.add("fresh");
  }
}

function bands(shares, words) {
  if (shares.target.percent === null) return "–";
  let left = 0;
  const told = [];
  const parts = BANDS.map((name) => {
    const share = shares[name].percent;
    told.push(`${words.bands[name]} ${percent(share)}`);
    const part = share ? `<rect class="${name}" x="${left}" width="${share}" height="10"></rect>` : "";
    left += share;
    return part;
  });
  const target = shares.target.percent;
  return `<svg class="bands" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="${esc(told.join(", "))}"><title>${esc(told.join(", "))}</title>${parts.join("")}</svg><small aria-hidden="true">${percent(target)}</small>`;
}

function change(patient, words, days) {
  const before = patient.change_from_previous_period;
  if (!before) return `<span title="${esc(words.no_comparison)}">–</span>`;
  const points = Math.round(before.time_in_range.target);
  const told = words.points.replace("{points}", points).replace("{days}", days);
  const direction = points > 0 ? "up" : points < 0 ? "down" : "";
  return `<span class="${direction}" title="${esc(told)}">${points > 0 ? "+" : ""}${points}</span>`;
}

function decimal(value) {
  return value === null ? "–" : `${number(value, { minimumFractionDigits: 1, maximumFractionDigits: 1 })} %`;
}
