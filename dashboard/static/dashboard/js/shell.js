// What every page does: say that it is offline, close its menu, keep what was typed while a session ends.

import "./counts.js";
import "./session.js";

const offline = document.getElementById("offline");
addEventListener("offline", () => { offline.hidden = false; });
addEventListener("online", () => { offline.hidden = true; });
offline.hidden = navigator.onLine;

const settings = document.querySelector("details.settings");
document.addEventListener("click", (event) => {
  if (settings?.open && !settings.contains(event.target)) settings.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && settings?.open) {
    settings.open = false;
    settings.querySelector("summary").focus();
  }
});
// On a phone the navigation is wider than the screen: where one is can be seen.
document.querySelector("header.shell nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });


// A form that leads back to its page leads to what the page shows now: a script may have changed its address.
document.addEventListener("submit", (event) => {
  const next = event.target.elements.namedItem("next");
  if (next instanceof HTMLInputElement && next.type === "hidden") next.value = `${location.pathname}${location.search}`;
});
