// Two short tones for a new alert, off until somebody presses the button: browsers let a page sound only after that.

let context = null;

/** The button `#sound` switches it on and off. */
export function letSound() {
  const button = document.getElementById("sound");
  button.addEventListener("click", () => {
    const isOn = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(isOn));
    if (!isOn) return;
    context ??= new AudioContext();
    context.resume();
    sound();
  });
  document.addEventListener("counts", ({ detail }) => {
    if (detail.moreAlerts && button.getAttribute("aria-pressed") === "true") sound();
  });
}

function sound() {
  for (const [hertz, after] of [[660, 0], [880, 0.25]]) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    const start = context.currentTime + after;
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0.2, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + 0.2);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + 0.2);
  }
}
