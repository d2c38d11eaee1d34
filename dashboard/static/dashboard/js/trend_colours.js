// The colours of the page's theme, as canvases want them.

const known = new Map();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => known.clear());

function colourNow(name) {
  const probe = document.createElement("i");
  probe.hidden = true;
  document.body.append(probe);
  probe.style.color = `var(${name})`;
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

/** By the name of a property, as "--ink"; each is looked up once, until the device's theme changes. */
export const colour = (name) => known.get(name) ?? known.set(name, colourNow(name)).get(name);
