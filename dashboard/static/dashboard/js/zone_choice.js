// A choice of a time zone: those of the browser, by region, with the one that somebody probably means chosen.

export const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Fill a `<select>`; `chosen` is the zone to begin with: the browser's where it is empty, or UTC and not meant exactly. */
export function fillZones(select, chosen, exact = false) {
  const first = !chosen || (chosen === "UTC" && !exact) ? here : chosen;
  const zones = new Set([...Intl.supportedValuesOf("timeZone"), "UTC", here, first]);
  const regions = new Map();
  for (const zone of [...zones].sort()) {
    const region = zone.includes("/") ? zone.split("/")[0] : "";
    if (!regions.has(region)) regions.set(region, []);
    // The place is what somebody types to find it; the region stands above it.
    const option = new Option(zone.slice(region ? region.length + 1 : 0).replaceAll("_", " "), zone);
    option.label = option.text;
    regions.get(region).push(option);
  }
  const groups = [...regions].sort(([one], [other]) => one.localeCompare(other)).map(([region, options]) => {
    if (!region) return options;
    const group = Object.assign(document.createElement("optgroup"), { label: region });
    group.append(...options);
    return [group];
  });
  select.replaceChildren(...groups.flat());
  select.value = first;
}
