// How the clinic reviews: how often, by whose days, and which categories bring somebody in.

import { ask, say, words } from "./data.js";
import { failed, reason, send } from "./json_form.js";
import { fillZones } from "./zone_choice.js";

const told = words();
const form = document.getElementById("reviews");
const fields = form.elements;
const categories = [...form.querySelectorAll("[data-category]")];

const byKind = () => { document.getElementById("days-field").hidden = fields.kind.value !== "custom"; };

function show(rules) {
  fields.kind.value = rules.kind;
  fields.days.value = rules.days ?? "";
  fillZones(fields.timezone, rules.timezone, true);
  for (const input of categories) input.value = rules.by_category[input.dataset.category] ?? "";
  byKind();
}

fields.kind.addEventListener("change", byKind);
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = { kind: fields.kind.value, timezone: fields.timezone.value, by_category: {} };
  if (fields.kind.value === "custom") body.days = Number(fields.days.value);
  for (const input of categories) if (input.value !== "") body.by_category[input.dataset.category] = Number(input.value);
  const stands = await send(form, "reviews/rules/", { method: "PUT", body, words: told });
  if (!stands) return;
  show(stands);
  say(told.saved.replace("{what}", document.getElementById("reviews-title").textContent));
});

try {
  show(await ask("reviews/rules/"));
  form.querySelector("button.main").disabled = false;
} catch (error) {
  failed(form, reason(error, told));
} finally {
  form.setAttribute("aria-busy", "false");
}
