// What a member keeps of the clinic's table: the columns that are shown, and choices by name.

import { say } from "./data.js";

const by = (id) => document.getElementById(id);

async function keep(state, words, said) {
  let well = false;
  try {
    const answer = await fetch("/clinic/preferences/today/", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": document.body.dataset.csrf },
      body: JSON.stringify({ columns: state.columns, views: state.views }),
    });
    well = answer.ok;
  } catch {
    // No answer is as good as a refusal.
  }
  by("not-kept").hidden = well;
  say(well ? said : words.not_kept);
}

/** A list that opens below its button: Escape and a click elsewhere close it. */
function closeable(details) {
  document.addEventListener("click", (event) => {
    // What a click removed from the list was in it.
    if (details.open && event.target.isConnected && !details.contains(event.target)) details.open = false;
  });
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    details.open = false;
    details.querySelector("summary").focus();
  });
}

/** The columns, each a box to tick. */
export function openColumns({ words, all, state, changed }) {
  closeable(by("columns").closest("details"));
  by("columns").replaceChildren(...all.map((name) => {
    const label = document.createElement("label");
    const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: state.columns.includes(name) });
    box.addEventListener("change", () => {
      state.columns = all.filter((one) => (one === name ? box.checked : state.columns.includes(one)));
      keep(state, words, (box.checked ? words.column_shown : words.column_hidden).replace("{column}", words.columns[name]));
      changed();
    });
    label.append(box, words.columns[name]);
    return label;
  }));
}

/** The saved views; `open(view)` shows one, `shown()` is what is to be saved. */
export function openViews({ words, state, shown, open }) {
  const details = by("views").closest("details");
  const name = by("view-name");
  closeable(details);

  function draw() {
    by("views").replaceChildren(...state.views.map((view) => {
      const item = document.createElement("li");
      const show = Object.assign(document.createElement("button"), { type: "button", textContent: view.name });
      show.addEventListener("click", () => {
        open(view);
        details.open = false;
        details.querySelector("summary").focus();
      });
      const remove = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
      remove.setAttribute("aria-label", words.remove.replace("{name}", view.name));
      remove.addEventListener("click", () => {
        state.views = state.views.filter((one) => one !== view);
        draw();
        keep(state, words, words.removed);
        (by("views").querySelector("button") ?? name).focus();
      });
      item.append(show, remove);
      return item;
    }));
  }

  function save() {
    const called = name.value.trim();
    if (!called) { name.focus(); return; }
    state.views = [...state.views.filter((one) => one.name !== called), { name: called, ...shown() }];
    name.value = "";
    draw();
    keep(state, words, words.kept);
  }

  by("keep-view").addEventListener("click", save);
  name.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    save();
  });
  draw();
}
