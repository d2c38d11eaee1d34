// The chart of readings on uPlot: the target range, episodes and excluded times behind, marks above, the line in front.

import { fromMgDl, glucose, moment, unit } from "./glucose.js";
import { labels } from "./trend_axis.js";
import { colour } from "./trend_colours.js";
import { drawBehind, drawExcluded, drawMarks } from "./trend_layers.js";
import { moves } from "./trend_moves.js";

const GAP_SECONDS = 20 * 60;
const STEP = 0.2; // of the window, by one key
const NEAR = 7; // pixels from the pointer

/** Seconds and values with a null in every gap, so that no line is drawn where nothing was measured. */
export function withGaps(times, values) {
  const seconds = [];
  const shown = [];
  for (let at = 0; at < times.length; at += 1) {
    const second = times[at] / 1000;
    if (at && second - seconds.at(-1) > GAP_SECONDS) {
      seconds.push(second - 1);
      shown.push(null);
    }
    seconds.push(second);
    shown.push(values[at]);
  }
  return [seconds, shown];
}

/**
 * Draw; answers `zoom(from, to)` in epoch ms, `all()`, `press(event)` for keys, `at()`, `select(range)` and `destroy()`.
 *
 * `selected(range)` is called where a range was dragged while `selecting()` is true; `zoomed(whether)` with each move.
 */
export function drawChart(place, found, { zone, words, marks, selecting, selected, zoomed }) {
  const data = withGaps(found.readings.time, found.readings.value);
  const lone = data[1].flatMap((value, at) => (value !== null && (data[1][at - 1] ?? null) === null && (data[1][at + 1] ?? null) === null ? [at] : []));
  const [first, last] = [found.start / 1000, found.end / 1000];
  const under = document.getElementById("under");
  const ink = colour("--ink");
  const top = Math.max(fromMgDl(300), found.readings.value.reduce((most, value) => Math.max(most, value), 0), ...found.excluded.map(([, value]) => value)) * 1.04;
  const grid = { stroke: colour("--line"), width: 1 };
  const axis = { stroke: colour("--quiet"), grid, ticks: grid };
  const { frame, scale, bind, listen } = moves(first, last);
  let selection = null;
  let read = null;

  const chart = new window.uPlot({
    width: place.clientWidth,
    height: place.clientHeight || 350,
    tzDate: (second) => window.uPlot.tzDate(new Date(second * 1000), zone),
    cursor: { bind, drag: { x: true, y: false, dist: 4, setScale: false }, points: { size: 9 } },
    legend: { show: false },
    scales: { x: { time: true, min: first, max: last }, y: { range: [0, top] } },
    axes: [
      { ...axis, values: labels(zone) },
      { ...axis, size: 48, values: (_, at) => at.map((one) => glucose(one)) },
    ],
    series: [{}, {
      label: words.glucose, stroke: ink, width: 1.5, spanGaps: false,
      // A reading between two gaps has no line: it is a point at every zoom.
      points: { show: (_, __, from, to) => to - from < 400, filter: (_, __, shown) => (shown ? null : lone), size: 5, fill: ink },
    }],
    hooks: {
      drawClear: [(drawn) => drawBehind(drawn, found.statistics.targets, found, selection)],
      draw: [(drawn) => { drawExcluded(drawn, found.excluded); drawMarks(drawn, marks); }],
      setCursor: [(drawn) => {
        if (drawn.cursor.idx !== null && data[1][drawn.cursor.idx] !== null) read = drawn.cursor.idx;
        under.textContent = drawn.cursor.left < 0 ? "\u00a0" : near(drawn) || "\u00a0";
      }],
      setScale: [(drawn) => zoomed(drawn.scales.x.min > first + 1 || drawn.scales.x.max < last - 1)],
      setSelect: [(drawn) => dragged(drawn)],
    },
  }, data, place);
  listen(chart);

  function dragged(drawn) {
    const { left, width } = drawn.select;
    if (width < 4) return;
    const [from, to] = [drawn.posToVal(left, "x"), drawn.posToVal(left + width, "x")];
    drawn.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    if (selecting()) selected({ start: from * 1000, end: to * 1000 });
    else frame(from, to);
  }

  function tell(at) {
    const value = data[1][at];
    if (value === null || value === undefined) return "";
    return words.reading.replace("{value}", glucose(value)).replace("{unit}", unit()).replace("{moment}", moment(data[0][at] * 1000, zone));
  }

  /** What the pointer is at: the reading, an excluded one, and the marks. */
  function near(drawn) {
    const { left, top: y, idx } = drawn.cursor;
    const close = (second) => Math.abs(drawn.valToPos(second, "x") - left) <= NEAR;
    const excluded = found.excluded.filter(([second, value]) => close(second) && Math.abs(drawn.valToPos(value, "y") - y) <= 2 * NEAR).slice(0, 1)
      .map(([second, value]) => `${words.reading.replace("{value}", glucose(value)).replace("{unit}", unit()).replace("{moment}", moment(second * 1000, zone))}, ${words.excluded}`);
    const told = marks.filter(({ second }) => close(second)).slice(0, 3).map(({ second, text }) => `${text} (${moment(second * 1000, zone, { timeStyle: "short" })})`);
    return [...(excluded.length ? excluded : [idx === null ? "" : tell(idx)]), ...told].filter(Boolean).join(" · ");
  }

  const resized = new ResizeObserver(() => chart.setSize({ width: place.clientWidth, height: place.clientHeight || 350 }));
  resized.observe(place);

  function step(by) {
    let at = read ?? (by > 0 ? -1 : data[0].length);
    do at += by; while (at >= 0 && at < data[0].length && data[1][at] === null);
    if (at < 0 || at >= data[0].length) return "";
    const { min, max } = chart.scales.x;
    if (data[0][at] < min || data[0][at] > max) frame(data[0][at] - (max - min) / 2, data[0][at] + (max - min) / 2);
    chart.setCursor({ left: chart.valToPos(data[0][at], "x"), top: chart.valToPos(data[1][at], "y") });
    read = at;
    return near(chart) || tell(at);
  }

  function press(event) {
    const { min, max } = chart.scales.x;
    const by = (max - min) * STEP;
    const middle = read === null || data[0][read] < min || data[0][read] > max ? (min + max) / 2 : data[0][read];
    const keys = {
      ArrowRight: () => (event.shiftKey ? frame(min + by, max + by) : step(1)),
      ArrowLeft: () => (event.shiftKey ? frame(min - by, max - by) : step(-1)),
      "+": () => scale(0.8, middle),
      "-": () => scale(1.25, middle),
      0: () => frame(first, last),
    };
    if (!(event.key in keys) || event.ctrlKey || event.metaKey || event.altKey) return "";
    event.preventDefault();
    return keys[event.key]() || "";
  }

  return {
    press,
    zoom: (from, to) => frame(from / 1000 - 7200, to / 1000 + 7200),
    all: () => frame(first, last),
    /** The reading that was pointed at last, in epoch ms. */
    at: () => (read === null ? null : data[0][read] * 1000),
    select(range) {
      selection = range;
      chart.redraw(false);
    },
    destroy: () => { resized.disconnect(); chart.destroy(); },
  };
}
