// Which targets stood for a patient from when on, and others from now on.

import { ask, say } from "./data.js";
import { amount, within } from "./amounts.js";
import { clear, onceOnly, reason, whileSending, wrongAt } from "./forms.js";
import { fromMgDl, glucose, moment, percent, unit } from "./glucose.js";
import { element } from "./lists.js";

const CUSTOM = "custom";

/** The list `#targets`, and the dialog `#target-change` where the person may. */
export function openTargets({ patient, zone, words }) {
  const place = document.getElementById("targets");
  const dialog = document.getElementById("target-change");
  const address = `patients/${patient}/targets/`;

  function draw(one) {
    const name = words.sets[one.target_set];
    const edges = words.edges.replace("{low}", glucose(fromMgDl(one.low_mg_dl))).replace("{high}", glucose(fromMgDl(one.high_mg_dl))).replace("{unit}", unit());
    const goals = Object.entries(one.goals).filter(([, limit]) => limit !== null).map(([measure, limit]) => words.goals[measure].replace("{limit}", percent(limit)));
    const since = one.since ? words.since.replace("{moment}", moment(one.since, zone)) : words.from_the_start;
    const facts = [since, ...(one.set_by ? [words.set_by.replace("{name}", one.set_by.name)] : [])];
    const grow = element("div", "grow", element("b", "", `${name}: ${edges}`), " ", one.current ? element("span", "chip", words.current) : "", element("small", "", goals.join(" · ")), one.reason ? element("p", "text", one.reason) : "", element("small", "", facts.join(" · ")));
    return element("li", one.current ? "" : "closed", grow);
  }

  async function load() {
    place.setAttribute("aria-busy", "true");
    try {
      const { results } = await ask(address);
      place.replaceChildren(element("ul", "items", ...results.map(draw)));
      document.getElementById("target-set").textContent = words.sets[results[0].target_set];
    } catch (error) {
      const again = Object.assign(element("button", "", words.again), { type: "button" });
      again.addEventListener("click", load);
      const told = element("p", "wrong", reason(error, words));
      told.setAttribute("role", "alert");
      place.replaceChildren(told, again);
    } finally {
      place.setAttribute("aria-busy", "false");
    }
  }

  if (dialog) openChange();
  load();

  function openChange() {
    const form = dialog.querySelector("form");
    const field = (name) => form.elements.namedItem(name);
    const edges = { low_mg_dl: amount(field("low_mg_dl"), { glucose: true, whole: true }), high_mg_dl: amount(field("high_mg_dl"), { glucose: true, whole: true }) };
    const once = onceOnly();
    const show = () => { document.getElementById("own-targets").hidden = field("target_set").value !== CUSTOM; };

    /** What is typed; null where it cannot be. */
    function typed() {
      const body = { target_set: field("target_set").value };
      if (field("reason").value.trim()) body.reason = field("reason").value;
      if (body.target_set !== CUSTOM) return body;
      let fits = true;
      for (const [name, edge] of Object.entries(edges)) {
        body[name] = edge.take();
        if (body[name] === null) fits = wrongAt(form, name, words.needed) && false;
        else fits = within(form, name, body[name], { ...words.edge_limits, shown: edge.show, whole: true }, words) && fits;
      }
      if (fits && body.low_mg_dl >= body.high_mg_dl) fits = wrongAt(form, "low_mg_dl", words.order) && false;
      const goals = {};
      for (const measure of Object.keys(words.goals)) {
        const input = field(`goals.${measure}`);
        if (input.value === "" && !input.validity.badInput) continue;
        goals[measure] = input.valueAsNumber;
        fits = within(form, input.name, goals[measure], { min: measure === "target" ? 0 : 0.01, max: measure === "target" ? 99.99 : 100, shown: (value) => value }, words) && fits;
      }
      if (Object.keys(goals).length) body.goals = goals;
      return fits ? body : null;
    }

    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      clear(form);
      const body = typed();
      if (!body) return;
      await whileSending(form, words, async () => {
        await ask(address, { method: "POST", body, headers: once(body) });
        dialog.close();
        form.reset();
        say(words.targets_set);
        load();
      });
    });
    field("target_set").addEventListener("change", show);
    document.getElementById("change-targets").addEventListener("click", () => {
      clear(form);
      show();
      dialog.showModal();
    });
    document.getElementById("target-close").addEventListener("click", () => dialog.close());
  }
}
