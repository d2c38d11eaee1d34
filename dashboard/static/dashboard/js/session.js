// Goes on after somebody signed in again in another tab: that changes the token which goes with what a page changes.

/** Whether the one whose page this is is signed in; then the page has the token of their new session. */
export async function renewed() {
  let now;
  try {
    const answer = await fetch("/clinic/session/", { headers: { Accept: "application/json" }, credentials: "same-origin" });
    now = await answer.json();
  } catch {
    return false; // No answer, or a page that wants something first.
  }
  const same = now.user === document.body.dataset.user;
  document.getElementById("signed-out").hidden = now.user !== null;
  document.getElementById("somebody-else").hidden = now.user === null || same;
  if (!same) return false;
  document.body.dataset.csrf = now.csrf;
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": now.csrf }));
  for (const field of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) field.value = now.csrf;
  return true;
}

// Back from the other tab: the bar goes before anything is tried.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && !document.getElementById("signed-out").hidden) renewed();
});
