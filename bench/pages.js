// Notes when a page is ready: its table filled or its chart drawn, and the frame after that shown. Put in by pages.py.
new MutationObserver((_, watch) => {
  const filled = document.querySelector('#patients[aria-busy="false"]');
  if (!filled && !document.querySelector("#chart canvas")) return;
  watch.disconnect();
  requestAnimationFrame(() => setTimeout(() => {
    const answers = performance.getEntriesByType("resource").filter((one) => one.name.includes("/clinic/data/"));
    window.timed = {
      ready: performance.now(),
      answered: Math.max(0, ...answers.map((one) => one.responseEnd)),
      document: performance.getEntriesByType("navigation")[0].responseEnd,
      rows: document.querySelectorAll("#rows tr[data-patient]").length,
    };
  }));
}).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-busy"] });

// Frames a second while a wheel turns over the chart, and while nothing does.
window.framesOfZoom = async () => {
  const over = document.querySelector("#chart .u-over");
  const box = over.getBoundingClientRect();
  const rate = async (act) => {
    const began = performance.now();
    let frames = 0;
    while (performance.now() - began < 1500) {
      act(frames);
      await new Promise(requestAnimationFrame);
      frames += 1;
    }
    return (1000 * frames) / (performance.now() - began);
  };
  const turn = (frame) => over.dispatchEvent(new WheelEvent("wheel", {
    deltaY: frame % 24 < 12 ? -100 : 100, clientX: box.x + box.width / 2, clientY: box.y + 50, bubbles: true, cancelable: true,
  }));
  return { turning: await rate(turn), resting: await rate(() => {}) };
};
