// What the chart of readings draws behind and above its line.

import { colour } from "./trend_colours.js";

const CROWD = 60; // more marks than that are ticks, not lines
const COLOUR = {
  hypo_level1: "--low", hypo_extended: "--low", hypo_level2: "--very-low", hyper_level1: "--high", hyper_level2: "--very-high",
};

function inside(drawn, paint) {
  const { ctx, bbox } = drawn;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  paint(ctx, bbox);
  ctx.restore();
}

function span(drawn, { start, end }, fill, alpha) {
  const { min, max } = drawn.scales.x;
  const [left, right] = [drawn.valToPos(Math.max(Date.parse(start) / 1000, min), "x", true), drawn.valToPos(Math.min(Date.parse(end) / 1000, max), "x", true)];
  if (right <= left) return;
  drawn.ctx.globalAlpha = alpha;
  drawn.ctx.fillStyle = fill;
  drawn.ctx.fillRect(left, drawn.bbox.top, Math.max(right - left, 1), drawn.bbox.height);
  drawn.ctx.globalAlpha = 1;
}

/** The target range, episodes, what is excluded, and what somebody has selected. */
export function drawBehind(drawn, { low, high }, found, selection) {
  inside(drawn, (ctx, bbox) => {
    const [upper, lower] = [drawn.valToPos(high, "y", true), drawn.valToPos(low, "y", true)];
    ctx.globalAlpha = 0.16;
    ctx.fillStyle = colour("--target");
    ctx.fillRect(bbox.left, upper, bbox.width, lower - upper);
    ctx.globalAlpha = 1;
    for (const one of found.episodes) span(drawn, one, colour(COLOUR[one.kind]), 0.22);
    for (const one of found.exclusions) span(drawn, one, colour("--no-data"), 0.5);
    if (selection) span(drawn, { start: new Date(selection.start), end: new Date(selection.end) }, colour("--accent"), 0.25);
  });
}

/** Readings that are excluded, as hollow points. */
export function drawExcluded(drawn, points) {
  const { min, max } = drawn.scales.x;
  inside(drawn, (ctx) => {
    ctx.strokeStyle = colour("--quiet");
    ctx.fillStyle = colour("--surface");
    ctx.lineWidth = 1.25 * devicePixelRatio;
    for (const [second, value] of points) {
      if (second < min || second > max) continue;
      ctx.beginPath();
      ctx.arc(drawn.valToPos(second, "x", true), drawn.valToPos(value, "y", true), 2.75 * devicePixelRatio, 0, 2 * Math.PI);
      ctx.fill();
      ctx.stroke();
    }
  });
}

/** Sensors, treatments and notes: a letter above, and a line where there is room for it. */
export function drawMarks(drawn, marks) {
  const { ctx, bbox } = drawn;
  const { min, max } = drawn.scales.x;
  const shown = marks.filter(({ second }) => second >= min && second <= max);
  const foot = shown.length > CROWD ? bbox.top + 22 * devicePixelRatio : bbox.top + bbox.height;
  ctx.save();
  ctx.font = `600 ${12 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = "center";
  ctx.fillStyle = colour("--accent");
  ctx.strokeStyle = colour("--accent");
  ctx.setLineDash([3 * devicePixelRatio, 4 * devicePixelRatio]);
  let taken = -Infinity;
  for (const { sign, second } of shown) {
    const x = drawn.valToPos(second, "x", true);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top + 16 * devicePixelRatio);
    ctx.lineTo(x, foot);
    ctx.stroke();
    if (x - taken < 10 * devicePixelRatio) continue;
    ctx.fillText(sign, x, bbox.top + 12 * devicePixelRatio);
    taken = x;
  }
  ctx.restore();
}
