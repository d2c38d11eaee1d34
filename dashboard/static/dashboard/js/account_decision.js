// What to do with one person of an account: a new patient, one whom the clinic has, ignore, or decide later.

import { ask } from "./data.js";
import { element } from "./lists.js";

const CHOICES = ["leave", "create", "link", "ignore"];
const PAUSE_MS = 300;
const MOST_FOUND = 20;
let made = 0;

function field(label, control) {
  control.id = `decision-${(made += 1)}`;
  const text = Object.assign(element("label", "", label), { htmlFor: control.id });
  return element("div", "field", text, control);
}

/** Its row; `what()` and `patient()` tell what is chosen, `choose(what)` chooses, `missing(words)` says what lacks. */
export function decisionOf(person, name, words) {
  const what = document.createElement("select");
  what.append(...CHOICES.map((one) => new Option(words[one], one)));
  const search = Object.assign(document.createElement("input"), { type: "search", value: name, autocomplete: "off" });
  const found = document.createElement("select");
  const none = element("p", "quiet", words.not_found);
  const hint = element("p", "quiet", words.same_name);
  const finding = element("div", "decision", field(words.find, search), field(words.found, found), none);
  const item = element("li", person.problem ? "low" : "");
  const row = element("div", "decision", field(words.what.replace("{name}", name), what));
  const grow = element("div", "grow", element("b", "", name), person.problem ? element("p", "wrong", words.problems[person.problem]) : "", hint);
  item.append(grow, row, finding);
  finding.hidden = hint.hidden = none.hidden = true;
  let waiting = 0;
  let asked = false;

  async function look() {
    asked = true;
    const text = search.value.trim();
    const answer = text ? await ask(`patients/?page_size=${MOST_FOUND}&search=${encodeURIComponent(text)}`).catch(() => null) : { results: [] };
    if (!answer || text !== search.value.trim()) return;
    const before = found.value;
    found.replaceChildren(new Option("", ""), ...answer.results.map((one) => new Option([one.name, one.external_ref, one.birth_date].filter(Boolean).join(", "), one.id)));
    found.value = [...found.options].some((one) => one.value === before) ? before : "";
    none.hidden = answer.results.length > 0;
    hint.hidden = what.value !== "create" || !answer.results.length;
  }

  function show() {
    finding.hidden = what.value !== "link";
    item.querySelector(".field-wrong")?.remove();
    found.removeAttribute("aria-invalid");
    if (["create", "link"].includes(what.value) && !asked) look();
    else hint.hidden = what.value !== "create" || found.options.length < 2;
  }

  what.addEventListener("change", show);
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, PAUSE_MS);
  });

  return {
    item,
    name,
    what: () => what.value,
    patient: () => found.value,
    choose(value) {
      what.value = value;
      show();
    },
    missing(text) {
      found.setAttribute("aria-invalid", "true");
      found.closest(".field").append(element("p", "wrong field-wrong", text));
      found.focus();
    },
  };
}
