/* Three scores and the whole that they share: moves the picture of the front page. */
"use strict";

for (const form of document.querySelectorAll("form.shares")) {
  const SETTINGS = { shift: 1000, T: 0.25, formula: "naive" };
  const note = form.querySelector(".shares-note");
  const total = form.querySelector(".shares-whole b");
  const parts = form.querySelectorAll(".shares-whole rect");
  const switches = [...form.querySelectorAll("[aria-pressed]")];
  const rows = [...form.querySelectorAll("[data-score]")].map((row) => ({
    slider: row.querySelector("input"),
    score: row.querySelector(".shares-score"),
    bars: row.querySelectorAll("rect + rect"),
    share: row.querySelector("b"),
  }));
  const number = (value, digits) => (Number.isNaN(value) ? "NaN" : value.toFixed(digits).replace("-", "−"));
  const percent = (share) => `${100 * (share || 0)}%`;
  const isOn = (button) => button.getAttribute("aria-pressed") === "true";

  function draw() {
    const names = switches.filter(isOn).map(({ name }) => name);
    const { shift = 0, ...options } = Object.fromEntries(names.map((name) => [name, SETTINGS[name]]));
    const z = rows.map(({ slider }) => shift + Number(slider.value));
    const { p, exponents, exponentials } = Softmax.softmax(z, options);
    let sum = 0;
    rows.forEach(({ slider, score, bars, share }, i) => {
      score.textContent = number(z[i], 1);
      slider.setAttribute("aria-valuetext", score.textContent);
      share.textContent = number(p[i], 3);
      for (const bar of [...bars, parts[i]]) bar.setAttribute("width", percent(p[i]));
      parts[i].setAttribute("x", percent(sum));
      sum += p[i];
    });
    total.textContent = number(sum, 3);
    const infinite = exponents.filter((_, i) => exponentials[i] === Infinity).map((exponent) => number(exponent, 0));
    note.textContent = infinite.length > 0
      ? `e to the power ${infinite[0]} is beyond the largest number of a computer, so it becomes ∞, and ∞ / ∞ is not a number.`
      : "";
  }

  form.addEventListener("input", draw);
  form.addEventListener("click", ({ target }) => {
    if (!switches.includes(target)) return;
    target.setAttribute("aria-pressed", String(!isOn(target)));
    draw();
  });
  form.addEventListener("reset", (event) => {
    event.preventDefault(); // By itself it would put the sliders back only after this.
    rows.forEach(({ slider }) => (slider.value = slider.defaultValue));
    switches.forEach((button) => button.setAttribute("aria-pressed", "false"));
    draw();
  });
}
