// The chart of readings on uPlot: the target range, episodes and excluded times behind, marks above, the line in front.

import { fromMgDl, glucose, moment, unit } from "./glucose.js";

const GAP_SECONDS = 20 * 60;
const STEP = 0.2; // of the window, by one key
const COLOUR = {
  hypo_level1: "--low", hypo_extended: "--low", hypo_level2: "--very-low", hyper_level1: "--high", hyper_level2: "--very-high",
};

/** The value of a colour of the page's theme, as canvases want it. */
function colourNow(name) {
  const probe = document.createElement("i");
  probe.hidden = true;
  document.body.append(probe);
  probe.style.color = `var(${name})`;
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

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

/** Draw; answers `zoom(from, to)` in epoch ms, `press(event)` for keys, `destroy()`. */
export function drawChart(place, found, { zone, words }) {
  const data = withGaps(found.readings.time, found.readings.value);
  const [first, last] = [found.start / 1000, found.end / 1000];
  const { low, high } = found.statistics.targets;
  const under = document.getElementById("under");
  const colours = new Map();
  const colour = (name) => colours.get(name) ?? colours.set(name, colourNow(name)).get(name);
  const ink = colour("--ink");
  const top = Math.max(fromMgDl(300), ...found.readings.value) * 1.04;
  const grid = { stroke: colour("--line"), width: 1 };
  const axis = { stroke: colour("--quiet"), grid, ticks: grid };

  const chart = new window.uPlot({
    width: place.clientWidth,
    height: place.clientHeight || 350,
    tzDate: (second) => window.uPlot.tzDate(new Date(second * 1000), zone),
    cursor: { drag: { x: true, y: false }, points: { size: 9 } },
    legend: { show: false },
    scales: { x: { time: true, min: first, max: last }, y: { range: [0, top] } },
    axes: [
      { ...axis, values: labels(zone) },
      { ...axis, size: 48, values: (_, marks) => marks.map((one) => glucose(one)) },
    ],
    series: [{}, { label: words.glucose, stroke: ink, width: 1.5, spanGaps: false, points: { show: (_, __, from, to) => to - from < 400, size: 5, fill: ink } }],
    hooks: {
      drawClear: [(drawn) => behind(drawn)],
      draw: [(drawn) => above(drawn)],
      setCursor: [(drawn) => { under.textContent = drawn.cursor.idx === null ? "\u00a0" : tell(drawn.cursor.idx); }],
    },
  }, data, place);

  function tell(at) {
    const value = data[1][at];
    if (value === null || value === undefined) return "\u00a0";
    return words.reading.replace("{value}", glucose(value)).replace("{unit}", unit()).replace("{moment}", moment(data[0][at] * 1000, zone));
  }

  function span(drawn, from, to, fill, alpha) {
    const [left, right] = [drawn.valToPos(Math.max(from, drawn.scales.x.min), "x", true), drawn.valToPos(Math.min(to, drawn.scales.x.max), "x", true)];
    if (right <= left) return;
    drawn.ctx.globalAlpha = alpha;
    drawn.ctx.fillStyle = fill;
    drawn.ctx.fillRect(left, drawn.bbox.top, Math.max(right - left, 1), drawn.bbox.height);
    drawn.ctx.globalAlpha = 1;
  }

  function behind(drawn) {
    const { ctx, bbox } = drawn;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    const [upper, lower] = [drawn.valToPos(high, "y", true), drawn.valToPos(low, "y", true)];
    ctx.globalAlpha = 0.16;
    ctx.fillStyle = colour("--target");
    ctx.fillRect(bbox.left, upper, bbox.width, lower - upper);
    ctx.globalAlpha = 1;
    for (const one of found.episodes) span(drawn, Date.parse(one.start) / 1000, Date.parse(one.end) / 1000, colour(COLOUR[one.kind]), 0.22);
    for (const one of found.exclusions) if (!one.undone_at) span(drawn, Date.parse(one.start) / 1000, Date.parse(one.end) / 1000, colour("--no-data"), 0.5);
    ctx.restore();
  }

  function above(drawn) {
    const { ctx, bbox } = drawn;
    const marks = [
      ...found.sensors.filter((one) => one.activated_at).map((one) => ["S", one.activated_at]),
      ...found.treatments.map((one) => [one.kind === "carbohydrates" ? "C" : "I", one.time]),
      ...found.notes.filter((one) => one.start).map((one) => ["N", one.start]),
    ];
    ctx.save();
    ctx.font = `600 ${12 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.textAlign = "center";
    ctx.fillStyle = colour("--accent");
    ctx.strokeStyle = colour("--accent");
    ctx.setLineDash([3 * devicePixelRatio, 4 * devicePixelRatio]);
    for (const [sign, time] of marks) {
      const second = Date.parse(time) / 1000;
      if (second < drawn.scales.x.min || second > drawn.scales.x.max) continue;
      const x = drawn.valToPos(second, "x", true);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top + 16 * devicePixelRatio);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      ctx.fillText(sign, x, bbox.top + 12 * devicePixelRatio);
    }
    ctx.restore();
  }

  function frame(min, max) {
    const length = Math.min(Math.max(max - min, 1800), last - first);
    const begin = Math.min(Math.max(min, first), last - length);
    chart.setScale("x", { min: begin, max: begin + length });
  }

  const scale = (factor, at) => {
    const { min, max } = chart.scales.x;
    frame(at - (at - min) * factor, at + (max - at) * factor);
  };

  chart.over.addEventListener("wheel", (event) => {
    event.preventDefault();
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      const { min, max } = chart.scales.x;
      const by = ((event.deltaX || event.deltaY) / chart.over.clientWidth) * (max - min);
      frame(min + by, max + by);
    } else {
      scale(event.deltaY > 0 ? 1.25 : 0.8, chart.posToVal(event.offsetX, "x"));
    }
  }, { passive: false });

  const resized = new ResizeObserver(() => chart.setSize({ width: place.clientWidth, height: place.clientHeight || 350 }));
  resized.observe(place);

  function step(by) {
    let at = chart.cursor.idx ?? (by > 0 ? -1 : data[0].length);
    do at += by; while (at >= 0 && at < data[0].length && data[1][at] === null);
    if (at < 0 || at >= data[0].length) return "";
    const { min, max } = chart.scales.x;
    if (data[0][at] < min || data[0][at] > max) frame(data[0][at] - (max - min) / 2, data[0][at] + (max - min) / 2);
    chart.setCursor({ left: chart.valToPos(data[0][at], "x"), top: chart.valToPos(data[1][at], "y") });
    return tell(at);
  }

  function press(event) {
    const { min, max } = chart.scales.x;
    const by = (max - min) * STEP;
    const middle = chart.cursor.idx === null || chart.cursor.idx === undefined ? (min + max) / 2 : data[0][chart.cursor.idx];
    const keys = {
      ArrowRight: () => (event.shiftKey ? frame(min + by, max + by) : step(1)),
      ArrowLeft: () => (event.shiftKey ? frame(min - by, max - by) : step(-1)),
      "+": () => scale(0.8, middle),
      "-": () => scale(1.25, middle),
      0: () => frame(first, last),
    };
    if (!(event.key in keys)) return "";
    event.preventDefault();
    return keys[event.key]() || "";
  }

  return {
    press,
    zoom: (from, to) => frame(from / 1000 - 7200, to / 1000 + 7200),
    destroy: () => { resized.disconnect(); chart.destroy(); },
  };
}

/** Marks of the time axis in the page's language and the patient's zone. */
function labels(zone) {
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
