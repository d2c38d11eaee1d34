// How the chart of readings is moved: wheel, Shift and dragging, two fingers; never beyond what is loaded.

const SHORTEST = 1800; // seconds

/** Moves of a chart between two instants: `frame(min, max)`, `scale(factor, at)`, `bind` for uPlot's cursor, `listen(chart)`. */
export function moves(first, last) {
  let chart = null;

  function frame(min, max) {
    const length = Math.min(Math.max(max - min, Math.min(SHORTEST, last - first)), last - first);
    const begin = Math.min(Math.max(min, first), last - length);
    chart.setScale("x", { min: begin, max: begin + length });
  }

  const scale = (factor, at) => {
    const { min, max } = chart.scales.x;
    frame(at - (at - min) * factor, at + (max - at) * factor);
  };

  /** What a drag would select moves the chart while Shift is held. */
  const pan = (event) => {
    const [from, { min, max }] = [event.clientX, chart.scales.x];
    const each = (max - min) / chart.over.clientWidth;
    const move = (now) => frame(min - (now.clientX - from) * each, max - (now.clientX - from) * each);
    const end = () => {
      removeEventListener("mousemove", move);
      chart.over.classList.remove("panned");
    };
    chart.over.classList.add("panned");
    addEventListener("mousemove", move);
    addEventListener("mouseup", end, { once: true });
  };

  function wheel(event) {
    event.preventDefault();
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      const { min, max } = chart.scales.x;
      const by = ((event.deltaX || event.deltaY) / chart.over.clientWidth) * (max - min);
      frame(min + by, max + by);
    } else {
      scale(event.deltaY > 0 ? 1.25 : 0.8, chart.posToVal(event.offsetX, "x"));
    }
  }

  /** One finger reads values, two move and zoom: what was under each of them stays there. */
  function touch() {
    let held = null;
    const places = (event) => [...event.touches].map((one) => one.clientX - chart.over.getBoundingClientRect().left).sort((a, b) => a - b);
    const begin = (event) => {
      held = event.touches.length === 2 ? places(event).map((left) => chart.posToVal(left, "x")) : null;
      if (event.touches.length === 1) follow(event);
    };
    const follow = (event) => chart.setCursor({ left: places(event)[0], top: chart.over.clientHeight / 2 });
    chart.over.addEventListener("touchstart", begin, { passive: true });
    chart.over.addEventListener("touchend", begin, { passive: true });
    chart.over.addEventListener("touchmove", (event) => {
      if (!held || event.touches.length !== 2) {
        if (event.touches.length === 1) follow(event);
        return;
      }
      event.preventDefault();
      const [left, right] = places(event);
      if (right - left < 16) return;
      const each = (held[1] - held[0]) / (right - left);
      frame(held[0] - left * each, held[0] + (chart.over.clientWidth - left) * each);
    }, { passive: false });
  }

  return {
    frame,
    scale,
    bind: {
      mousedown: (_, __, handle) => (event) => { if (event.shiftKey && event.button === 0) pan(event); else handle(event); },
      dblclick: () => () => frame(first, last),
    },
    listen(made) {
      chart = made;
      chart.over.addEventListener("wheel", wheel, { passive: false });
      touch();
    },
  };
}
