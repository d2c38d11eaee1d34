// Looks at a page from within; each function answers with what is wrong, in words. Evaluated by looking.py.
({
  sideways() {
    const over = document.documentElement.scrollWidth - innerWidth;
    if (over <= 0) return [];
    const rolls = (one) => {
      for (let up = one.parentElement; up; up = up.parentElement) if (getComputedStyle(up).overflowX !== "visible") return true;
      return false;
    };
    const wide = [...document.querySelectorAll("body *")]
      .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !rolls(one))
      .map((one) => one.tagName.toLowerCase() + (one.id ? `#${one.id}` : "") + (one.className ? `.${one.className}` : ""));
    return [`${over} px wider than the screen: ${wide.slice(-3).join(", ")}`];
  },

  targets(least) {
    return [...document.querySelectorAll("button, summary, select, nav a, input:not([type=hidden])")]
      .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest("label"))
      .map((one) => [one, one.getBoundingClientRect()])
      .filter(([, box]) => box.width && box.height && box.height < least - 0.5)
      .map(([one, box]) => `${this.called(one)} is ${Math.round(box.height)} px high`);
  },

  focused() {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const style = getComputedStyle(one);
    const box = one.getBoundingClientRect();
    const outlined = style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) > 0;
    const below = box.bottom > 0 && box.top < innerHeight;
    return {
      name: this.called(one),
      ringed: outlined || style.boxShadow !== "none",
      seen: below && box.right > 0 && box.left < innerWidth && box.width > 0,
    };
  },

  movement() {
    return document.getAnimations().filter((one) => one.playState === "running")
      .map((one) => `${one.animationName || one.transitionProperty} moves`);
  },

  // Of a picture: how much of it has another colour than most of it.
  async ink(bytes) {
    const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
    const drawing = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
    drawing.drawImage(picture, 0, 0);
    const dots = new Uint32Array(drawing.getImageData(0, 0, picture.width, picture.height).data.buffer);
    const counts = new Map();
    for (const dot of dots) counts.set(dot, (counts.get(dot) || 0) + 1);
    return 1 - Math.max(...counts.values()) / dots.length;
  },

  called(one) {
    const name = one.innerText || one.getAttribute("aria-label") || one.id || one.name || "";
    return `${one.tagName.toLowerCase()} "${name.trim().slice(0, 30)}"`;
  },
})
