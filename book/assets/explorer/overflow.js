/* One logit on a line, and the range that each floating type has for its exponential. */
"use strict";

Pictures.overflow = (() => {
  const { types, expRange, exp, softmax, holds } = Softmax;
  const { exact, digits, short, rounded } = Numbers;
  const LIMIT = 1000;
  const MARKS = [-1000, -100, -10, 0, 10, 100, 1000];

  /* A scale that is linear near 0 and logarithmic far from it. */
  const compress = (x) => Math.asinh(x / 5);
  const expand = (y) => rounded(5 * Math.sinh(y), 1);
  const clamp = (x, limit) => Math.max(-limit, Math.min(x, limit));

  const slider = {
    min: -200, max: 200, step: 1,
    position: (x) => Math.round((200 * compress(x)) / compress(LIMIT)),
    value: (position) => expand((clamp(position, 200) * compress(LIMIT)) / 200),
  };

  const fields = [Fields.number({ key: "x", label: "Logit z", min: -1e6, max: 1e6, initial: 0, slider: () => slider })];

  const presets = {
    Ordinary: "x=3",
    "float16 overflows": "x=11.1",
    "float32 too": "x=89",
    "All three": "x=710",
    "float16 underflows": "x=-17",
    "All underflow": "x=-746",
  };

  function view({ x }) {
    const pair = [x, x - 1];
    const truth = softmax(pair);
    const results = Object.keys(types).map((type) => ({ type, ...softmax(pair, { formula: "naive", type }) }));
    const failing = results.filter((result) => !holds(result, truth)).map(({ type }) => type);
    const verdict = failing.length ? `fails in ${failing.join(", ")}` : "is right in all three types";
    return {
      sentence: `The textbook softmax of z and z − 1 ${verdict}.`,
      broken: failing.length > 0,
      facts: { "The stable softmax": truth.p.map((share) => short(share)).join(", ") },
      head: ["Type", "exp(z)", "exp(z − 1)", "Textbook"],
      rows: results.map(({ type, exponentials, p }) => [
        type, ...exponentials.map((e) => digits(e)), p.map((share) => short(share)).join(", "),
      ]),
    };
  }

  function chart({ x }, { paint, axis }) {
    const names = Object.keys(types);
    const powers = names.map((type) => exp(x, type));
    const paints = powers.map((e) => (e > 0 && e < Infinity ? paint("blue") : paint("grey", true)));
    const ranges = names.map(expRange);
    return {
      type: "bar",
      data: {
        labels: names,
        datasets: [
          {
            data: ranges.map((range) => range.map(compress)), texts: powers.map((e) => digits(e)),
            readings: ranges.map(([low, high]) => `from ${digits(low)} to ${digits(high)}`),
            borderWidth: 1, barPercentage: 0.7,
            backgroundColor: paints.map(({ backgroundColor }) => backgroundColor),
            borderColor: paints.map(({ borderColor }) => borderColor),
          },
        ],
      },
      options: {
        indexAxis: "y",
        scales: {
          x: axis("z (compressed scale)", {
            min: compress(-3 * LIMIT), max: compress(3 * LIMIT),
            afterBuildTicks: (scale) => (scale.ticks = MARKS.map((mark) => ({ value: compress(mark) }))),
            ticks: { maxRotation: 0, callback: (value) => exact(expand(value)) },
          }),
          y: { grid: { display: false } },
        },
      },
    };
  }

  const handle = {
    label: "Logit z",
    range: [-LIMIT, LIMIT],
    place: ({ x }) => ({ x: compress(clamp(x, 3 * LIMIT)) }),
    move: (state, { x }) => ({ x: clamp(expand(x), LIMIT) }),
    nudge: ({ x }, right, up) => ({ x: slider.value(slider.position(x) + right + up) }),
    value: ({ x }) => x,
    text: ({ x }) => exact(x),
  };

  return { title: "exp(z), and where it is positive and finite", fields, presets, view, chart, handle };
})();
