// Service keys: made and rotated, with a secret that is shown once, and deleted.

import { attempt } from "./attempts.js";
import { ask } from "./data.js";
import { sure } from "./dialogs.js";
import { moment } from "./glucose.js";
import { element, openList } from "./lists.js";

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const at = (text, instant) => text.replace("{moment}", moment(instant, here));

/** The list and its dialogs; `done` is told what was done. */
export function showKeys(told, done) {
  const list = openList(document.getElementById("keys"), { words: told, draw, address: () => "keys/?page_size=50" });

  function draw(key) {
    const expired = key.expires_at && Date.parse(key.expires_at) <= Date.now();
    const item = element("li", expired ? "closed" : "");
    const facts = [at(told.made, key.created_at), key.last_used_at ? at(told.used, key.last_used_at) : told.unused];
    if (key.expires_at) facts.push(at(expired ? told.expired : told.expires, key.expires_at));
    if (key.old_secret_until && Date.parse(key.old_secret_until) > Date.now()) facts.push(at(told.old_until, key.old_secret_until));
    const chips = key.scopes.map((scope) => Object.assign(element("span", "chip", told.scopes[scope] ?? scope), { title: scope }));
    item.append(element("div", "grow", element("b", "", key.name), " ", ...chips, element("small", "", facts.join(" · "))));
    const acts = element("div", "row no-print");
    if (!expired) acts.append(button(key, "rotate"));
    acts.append(button(key, "delete"));
    item.append(acts);
    return item;
  }

  function button(key, what) {
    const made = Object.assign(element("button", what === "delete" ? "danger" : "", told[what]), { type: "button" });
    made.setAttribute("aria-label", `${told[what]}: ${key.name}`);
    made.addEventListener("click", async () => {
      let answer = null;
      const agreed = await sure(
        { title: told[`sure_${what}`].replace("{name}", key.name), text: told[`sure_${what}_text`], yes: told[what], words: told },
        async () => {
          answer = what === "delete" ? await ask(`keys/${key.id}/`, { method: "DELETE" }) : await ask(`keys/${key.id}/rotate/`, { method: "POST", body: {} });
        },
      );
      if (!agreed) return;
      if (what === "delete") done(told.deleted.replace("{name}", key.name));
      else reveal(answer);
      list.reload();
    });
    return made;
  }

  const secretDialog = document.getElementById("secret-dialog");
  function reveal({ name, secret }) {
    document.getElementById("secret-title").textContent = told.secret_of.replace("{name}", name);
    document.getElementById("secret").textContent = secret;
    document.getElementById("secret-said").textContent = "";
    secretDialog.showModal();
  }
  // Nothing of it stays in the page.
  secretDialog.addEventListener("close", () => { document.getElementById("secret").textContent = ""; });

  const dialog = document.getElementById("key-dialog");
  document.getElementById("make-key").addEventListener("click", () => dialog.showModal());
  document.getElementById("key-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const failed = document.getElementById("key-failed");
    const scopes = [...event.target.querySelectorAll('[name="scope"]:checked')].map((box) => box.value);
    if (!scopes.length) {
      failed.textContent = told.scope_missing;
      failed.hidden = false;
      return;
    }
    const body = { name: document.getElementById("key-name").value.trim(), scopes };
    const last = document.getElementById("key-expires").value;
    // To the end of the day where the administrator is.
    if (last) body.expires_at = new Date(`${last}T23:59:59`).toISOString();
    let made = null;
    if (!(await attempt(document.getElementById("key-send"), failed, told, async () => { made = await ask("keys/", { method: "POST", body }); }))) return;
    event.target.reset();
    dialog.close();
    reveal(made);
    list.reload();
  });
  list.reload();
}
