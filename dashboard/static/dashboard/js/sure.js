// Asks before something is lost.

/** Whether the person is sure; Escape and closing are no. `words` has yes and no; `danger` where it cannot be undone. */
export function sure(question, { yes, no, danger = true }) {
  const dialog = document.createElement("dialog");
  const text = Object.assign(document.createElement("p"), { textContent: question, id: "sure-question" });
  const form = Object.assign(document.createElement("form"), { method: "dialog", className: "row" });
  form.append(
    Object.assign(document.createElement("button"), { value: "yes", textContent: yes, className: danger ? "danger" : "main" }),
    Object.assign(document.createElement("button"), { value: "", textContent: no, autofocus: true }),
  );
  dialog.setAttribute("aria-labelledby", text.id);
  dialog.append(text, form);
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    dialog.showModal();
  });
}
