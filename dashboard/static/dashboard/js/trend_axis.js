// The time axis of a patient's trend, in the page's language and the patient's zone.

/** What uPlot writes at its marks. */
export function labels(zone) {
  const language = document.documentElement.lang;
  const day = new Intl.DateTimeFormat(language, { timeZone: zone, day: "numeric", month: "short" });
  const clock = new Intl.DateTimeFormat(language, { timeZone: zone, hour: "2-digit", minute: "2-digit" });
  return (_, marks, __, ___, increment) => marks.map((second, at) => {
    const now = new Date(second * 1000);
    if (increment >= 86_400) return day.format(now);
    const fresh = at === 0 || day.format(now) !== day.format(new Date(marks[at - 1] * 1000));
    return fresh ? `${clock.format(now)}\n${day.format(now)}` : clock.format(now);
  });
}
