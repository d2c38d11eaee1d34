// Which patients are shown, in which order and with which columns: kept in the address, and as named views for the user.

import { openColumns, openViews } from "./today_kept.js";

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
// In the order in which they stand, each with its width in rem; names and reasons have what is left.
const WIDTHS = { latest: 7, spark: 9.5, tir: 10.5, mean: 4.5, gmi: 5, cv: 4.5, wear: 5.5, change: 5.5, categories: 10 };
const NAME_WIDTH = 11;
const ALL = Object.keys(WIDTHS);

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

/** The controls of the page; `filter()` makes what says of a patient whether the choice shows them. */
export function openChoices({ words, kept, changed, reload }) {
  const given = new URLSearchParams(location.search);
  const search = document.getElementById("search");
  const days = document.getElementById("days");
  const sorting = document.getElementById("sort");
  const isSort = (name) => typeof name === "string" && name.replace("-", "") in VALUES;
  const state = {
    category: given.get("category") in words.categories ? given.get("category") : "",
    sort: isSort(given.get("sort")) ? given.get("sort") : "attention",
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

  function choose(changes) {
    Object.assign(state, changes);
    remember();
    changed();
  }

  function drawHeads() {
    const heads = [["name", ""], ...ALL.map((name) => [UNSORTED[name] || name, name])].map(([sort, column]) => {
      const head = document.createElement("th");
      head.scope = "col";
      head.setAttribute("role", "columnheader");
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
  days.addEventListener("change", () => { remember(); reload(true); });
  document.getElementById("everybody").addEventListener("click", () => { search.value = ""; choose({ category: "" }); });
  sorting.addEventListener("change", () => { if (isSort(sorting.value)) choose({ sort: sorting.value }); });
  drawHeads();
  openColumns({ words, all: ALL, state, changed });
  openViews({
    words,
    state,
    shown: () => ({ category: state.category, sort: state.sort, search: search.value, days: days.value }),
    open(view) {
      const isOther = Boolean(view.days) && days.value !== view.days;
      search.value = view.search || "";
      if (view.days) days.value = view.days;
      choose({ category: view.category in words.categories ? view.category : "", sort: isSort(view.sort) ? view.sort : "attention" });
      if (isOther) reload();
    },
  });

  return {
    get sort() { return state.sort; },
    get days() { return days.value; },
    /** Says of a patient whether the choice shows them. */
    filter() {
      const wanted = folded(search.value.trim());
      return (one) => (!state.category || one.categories.includes(state.category))
        && (!wanted || folded(`${one.patient.name} ${one.patient.external_ref || ""}`).includes(wanted));
    },
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
      sorting.value = state.sort;
      const table = document.getElementById("patients");
      const columns = state.columns.map((name) => (name === "categories" ? `minmax(${WIDTHS[name]}rem, 3fr)` : `${WIDTHS[name]}rem`));
      table.style.setProperty("--columns", [`minmax(${NAME_WIDTH}rem, 2fr)`, ...columns].join(" "));
      table.style.setProperty("--least", `${state.columns.reduce((sum, name) => sum + WIDTHS[name], NAME_WIDTH)}rem`);
      for (const name of ALL) table.classList.toggle(`without-${name}`, !state.columns.includes(name));
    },
  };
}
