/* What a digit classifier promises on its test scans, and how often it is right, at any temperature. */
"use strict";

Pictures.reliability = (() => {
  const { softmax } = Softmax;
  const { digits, short } = Numbers;
  const { logits, labels, temperature } = Data.reliability;

  const fields = [
    Fields.number({ key: "T", label: "Temperature T", min: 0.1, max: 10, initial: 1, slider: () => Fields.decadeSlider(-1, 1, 3) }),
    Fields.number({
      key: "bins", label: "Number of bins", min: 2, max: 20, whole: true, initial: 10,
      slider: () => ({ ...Fields.wholeSlider, min: 2, max: 20 }),
    }),
  ];

  const presets = {
    "As trained": "T=1",
    [`Fitted, T = ${temperature}`]: `T=${temperature}`,
    "Too sharp, T = 0.5": "T=0.5",
    "Too flat, T = 4": "T=4",
  };

  const mean = (numbers) => numbers.reduce((total, x) => total + x, 0) / numbers.length;
  const largest = (numbers) => numbers.indexOf(Math.max(...numbers));
  const right = logits.map((z, i) => Number(largest(z) === labels[i]));

  /* The predictions by confidence, in bins of equal width; the empty ones go. */
  function measured({ T, bins }) {
    const rows = logits.map((z) => softmax(z, { T }).p);
    const confidence = rows.map((p) => Math.max(...p));
    const loss = mean(rows.map((p, i) => -Math.log(p[labels[i]])));
    const all = Array.from({ length: bins }, (_, bin) => {
      const inside = confidence.flatMap((c, i) => (Math.min(bins - 1, Math.floor(c * bins)) === bin ? [i] : []));
      const [claimed, kept] = [confidence, right].map((values) => mean(inside.map((i) => values[i])));
      return { from: bin / bins, to: (bin + 1) / bins, count: inside.length, claimed, kept };
    });
    const parts = all.filter(({ count }) => count > 0);
    const gaps = parts.map(({ count, claimed, kept }) => (count * Math.abs(claimed - kept)) / right.length);
    return { parts, loss, claimed: mean(confidence), error: gaps.reduce((total, gap) => total + gap) };
  }

  function view(state) {
    const { parts, loss, claimed, error } = measured(state);
    const percent = (x) => `${(100 * x).toFixed(1)} %`;
    return {
      sentence:
        `At T = ${short(state.T)} the classifier is ${percent(claimed)} confident and ${percent(mean(right))} of its ` +
        `predictions are right. The calibration error is ${percent(error)}.`,
      facts: { "Cross-entropy": digits(loss) },
      head: ["Confidence", "Scans", "Mean", "Accuracy"],
      rows: parts.map(({ from, to, count, claimed, kept }) => [
        `${short(from, 2)} to ${short(to, 2)}`, `${count}`, claimed.toFixed(3), kept.toFixed(3),
      ]),
    };
  }

  function chart(state, { paint, axis }) {
    const { parts } = measured(state);
    const points = parts.map(({ claimed, kept }) => ({ x: claimed, y: kept }));
    const share = (text) => axis(text, { min: 0, max: 1 });
    return {
      type: "scatter",
      data: {
        datasets: [
          {
            label: "The scans of a bin", data: points, readings: parts.map(({ count }) => `${count}`), clip: false,
            pointRadius: parts.map(({ count }) => 3 + Math.sqrt(count) / 2), ...paint("blue"),
          },
          {
            label: "Calibrated", data: [{ x: 0, y: 0 }, { x: 1, y: 1 }], showLine: true, pointRadius: 0,
            pointHitRadius: 0, borderDash: [6, 4], ...paint("grey"),
          },
        ],
      },
      options: { scales: { x: share("Mean confidence"), y: share("Accuracy") } },
    };
  }

  return { title: "Promised and kept", fields, presets, view, chart };
})();
