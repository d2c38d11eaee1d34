// The theme that the reader chose, before anything is painted; the menu of narrow screens; the word that was searched.
const root = document.documentElement;
const THEMES = ["auto", "light", "dark"];

function remembered() {
  try {
    const theme = localStorage.getItem("theme");
    return THEMES.includes(theme) ? theme : "auto";
  } catch {
    return "auto"; // storage is forbidden
  }
}

function show(theme) {
  root.dataset.theme = theme;
  const button = document.getElementById("theme");
  if (button) button.textContent = `Theme: ${theme}`;
}

show(remembered());
root.classList.add("script");

document.addEventListener("DOMContentLoaded", () => {
  const theme = document.getElementById("theme");
  theme.hidden = false;
  show(remembered());
  theme.addEventListener("click", () => {
    const next = THEMES[(THEMES.indexOf(root.dataset.theme) + 1) % THEMES.length];
    try {
      localStorage.setItem("theme", next);
    } catch {
      // For this page only.
    }
    show(next);
  });

  const menu = document.getElementById("menu");
  menu.hidden = false;
  const open = (isOpen) => {
    menu.setAttribute("aria-expanded", String(isOpen));
    root.classList.toggle("menu-open", isOpen);
  };
  menu.addEventListener("click", () => open(menu.getAttribute("aria-expanded") === "false"));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && root.classList.contains("menu-open")) {
      open(false);
      menu.focus();
    }
  });

  // A page can be asked for where the policy of the pages lets no form be sent.
  const form = document.querySelector("form[role=search]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    location.assign(`${form.action}?${new URLSearchParams(new FormData(form))}`);
  });

  const query = new URLSearchParams(location.search).get("q");
  const input = document.querySelector("input[name=q]");
  if (query) input.value = query;
});
