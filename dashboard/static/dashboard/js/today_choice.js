// Which patients are shown, in which order and with which columns: kept in the address, and as named views for the user.

import { say } from "./data.js";

const SEVERITY = ["very_low", "any_low", "extreme_high", "very_high", "tir_drop", "low_time_in_range", "any_high", "no_data", "low_use"];
const VALUES = {
  attention: (one) => {
    const place = SEVERITY.findIndex((name) => one.categories.includes(name));
    return (place < 0 ? SEVERITY.length : place) * 1000 + (one.time_in_range.target.percent ?? 0);
  },
  name: (one) => one.patient.name,
  latest: (one) => one.latest?.value ?? null,
  age: (one) => (one.latest ? -Date.parse(one.latest.time) : null),
  tir: (one) => one.time_in_range.target.percent,
  mean: (one) => one.mean,
  gmi: (one) => one.gmi_percent,
  cv: (one) => one.cv_percent,
  wear: (one) => one.active_percent,
  change: (one) => one.change_from_previous_period?.time_in_range.target ?? null,
};
const UNSORTED = { spark: "age", categories: "attention" };
const ALL = ["latest", "spark", "tir", "mean", "gmi", "cv", "wear", "change", "categories"];

/** The rows by a value, `-` for the highest first; those without one come last. */
export function order(rows, sort) {
  const name = sort.replace("-", "");
  const sign = sort.startsWith("-") ? -1 : 1;
  const collator = new Intl.Collator(document.documentElement.lang);
  const keyed = rows.map((row) => [VALUES[name](row.data), row]);
  keyed.sort(([a, one], [b, other]) => {
    if (a === null || b === null) return (a === null) - (b === null);
    const by = typeof a === "string" ? collator.compare(a, b) : a - b;
    return sign * by || collator.compare(one.data.patient.name, other.data.patient.name);
  });
  return keyed.map(([, row]) => row);
}

const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();

/** The controls of the page; `lets(patient)` says whether the choice shows somebody. */
export function openChoices({ words, kept, changed, reload }) {
  const given = new URLSearchParams(location.search);
  const search = document.getElementById("search");
  const days = document.getElementById("days");
  const state = {
    category: given.get("category") in words.categories ? given.get("category") : "",
    sort: (given.get("sort") || "").replace("-", "") in VALUES ? given.get("sort") : "attention",
    columns: Array.isArray(kept.columns) ? ALL.filter((one) => kept.columns.includes(one)) : ALL,
    views: Array.isArray(kept.views) ? kept.views : [],
  };
  search.value = given.get("search") || "";
  if ([...days.options].some((one) => one.value === given.get("days"))) days.value = given.get("days");

  function remember() {
    const told = { category: state.category, sort: state.sort === "attention" ? "" : state.sort, search: search.value, days: days.value === "14" ? "" : days.value };
    const query = new URLSearchParams(Object.entries(told).filter(([, value]) => value));
    history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
  }

  async function keep(said) {
    const answer = await fetch("/clinic/preferences/today/", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": document.body.dataset.csrf },
      body: JSON.stringify({ columns: state.columns, views: state.views }),
    });
    if (answer.ok && said) say(said);
  }

  function choose(changes) {
    Object.assign(state, changes);
    remember();
    changed();
  }

  function drawColumns() {
    document.getElementById("columns").replaceChildren(...ALL.map((name) => {
      const label = document.createElement("label");
      const box = document.createElement("input");
      box.type = "checkbox";
      box.checked = state.columns.includes(name);
      box.addEventListener("change", () => {
        state.columns = ALL.filter((one) => (one === name ? box.checked : state.columns.includes(one)));
        keep();
        changed();
      });
      label.append(box, words.columns[name]);
      return label;
    }));
  }

  function drawViews() {
    document.getElementById("views").replaceChildren(...state.views.map((view) => {
      const item = document.createElement("li");
      const open = Object.assign(document.createElement("button"), { type: "button", textContent: view.name });
      open.addEventListener("click", () => {
        search.value = view.search || "";
        const other = view.days && days.value !== view.days;
        if (view.days) days.value = view.days;
        choose({ category: view.category || "", sort: view.sort in VALUES || view.sort?.slice(1) in VALUES ? view.sort : "attention" });
        if (other) reload();
      });
      const remove = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
      remove.setAttribute("aria-label", words.remove.replace("{name}", view.name));
      remove.addEventListener("click", () => {
        state.views = state.views.filter((one) => one !== view);
        drawViews();
        keep(words.removed);
      });
      item.append(open, remove);
      return item;
    }));
  }

  function drawHeads() {
    const heads = [["name", ""], ...ALL.map((name) => [UNSORTED[name] || name, name])].map(([sort, column]) => {
      const head = document.createElement("th");
      head.scope = "col";
      if (column) head.dataset.column = column;
      const button = Object.assign(document.createElement("button"), { type: "button" });
      button.textContent = column ? words.columns[column] : words.patient;
      button.addEventListener("click", () => choose({ sort: state.sort === sort ? `-${sort}` : sort }));
      head.append(button);
      head.dataset.sort = sort;
      return head;
    });
    document.getElementById("heads").replaceChildren(...heads);
  }

  search.addEventListener("input", () => choose({}));
  document.getElementById("tools").addEventListener("submit", (event) => event.preventDefault());
  days.addEventListener("change", () => { remember(); reload(); });
  document.getElementById("everybody").addEventListener("click", () => { search.value = ""; choose({ category: "" }); });
  document.getElementById("keep-view").addEventListener("click", () => {
    const name = document.getElementById("view-name");
    if (!name.value.trim()) { name.focus(); return; }
    const view = { name: name.value.trim(), category: state.category, sort: state.sort, search: search.value, days: days.value };
    state.views = [...state.views.filter((one) => one.name !== view.name), view];
    name.value = "";
    drawViews();
    keep(words.kept);
  });
  drawHeads();
  drawColumns();
  drawViews();

  return {
    get sort() { return state.sort; },
    get days() { return days.value; },
    lets: (one) => (!state.category || one.categories.includes(state.category))
      && folded(`${one.patient.name} ${one.patient.external_ref || ""}`).includes(folded(search.value.trim())),
    show(counts, all) {
      const chips = [["", words.everybody, all], ...Object.entries(words.categories).map(([name, text]) => [name, text, counts[name]])];
      document.getElementById("chips").replaceChildren(...chips.filter(([name, , count]) => count || !name || name === state.category).map(([name, text, count]) => {
        const chip = Object.assign(document.createElement("button"), { type: "button" });
        const number = Object.assign(document.createElement("b"), { textContent: count ?? 0 });
        chip.append(text, number);
        chip.setAttribute("aria-pressed", String(name === state.category));
        chip.dataset.category = name;
        chip.addEventListener("click", () => {
          choose({ category: name });
          document.querySelector(`#chips [data-category="${name}"]`)?.focus();
        });
        return chip;
      }));
      for (const head of document.querySelectorAll("#heads th")) {
        const sorted = state.sort.replace("-", "") === head.dataset.sort;
        if (sorted) head.setAttribute("aria-sort", state.sort.startsWith("-") ? "descending" : "ascending");
        else head.removeAttribute("aria-sort");
      }
      const table = document.getElementById("patients");
      for (const name of ALL) table.classList.toggle(`without-${name}`, !state.columns.includes(name));
    },
  };
}
