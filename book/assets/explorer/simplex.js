/* The triangle of distributions over three classes, and where the gradient of a loss points in it. */
"use strict";

Pictures.simplex = (() => {
  const { softmax, gradients, position, weightsAt } = Softmax;
  const { exact, digits, short, probability, rounded } = Numbers;
  const STEPS = 50;
  const HEAD = 0.02; // How far the middle of the arrow's head is from its tip.

  const fields = [
    Fields.logits({ least: 3, most: 3 }),
    Fields.choice({ key: "y", legend: "True class", options: ["1", "2", "3"], initial: "1" }),
    Fields.choice({ key: "loss", legend: "Loss", options: Object.keys(gradients), initial: "cross-entropy" }),
  ];

  const presets = {
    Undecided: "z=0,0,0",
    "Nearly right": "z=3,0,0",
    "Sure and wrong": "z=-4,5,-1",
    "The same, squared error": "z=-4,5,-1&loss=squared error",
  };

  const minus = (first, second) => first.map((number, i) => number - second[i]);
  const labelOf = ({ y }) => Number(y) - 1;
  const gradientAt = (state) => gradients[state.loss](softmax(state.z).p, labelOf(state));
  const downhill = (state) => ({ ...state, z: minus(state.z, gradientAt(state)) });

  function lossOf(state) {
    const { p, exponents, sum } = softmax(state.z);
    if (state.loss === "cross-entropy") return Math.log(sum) - exponents[labelOf(state)];
    return p.reduce((total, share, i) => total + (share - (i === labelOf(state))) ** 2, 0);
  }

  const placeOf = ({ z }) => position(softmax(z).p);

  /* Logits, with mean 0, of the distribution at a point; of one inside if the point is outside the triangle. */
  function logitsAt(point) {
    const logs = weightsAt(point).map((share) => Math.log(Math.max(share, 1e-4)));
    const mean = (logs[0] + logs[1] + logs[2]) / 3;
    return { z: logs.map((log) => rounded(log - mean, 2)) };
  }

  function view(state) {
    const gradient = gradientAt(state);
    const way = (slope) => `${slope < 0 ? "up" : "down"} by ${short(Math.abs(slope))}`;
    const moves = gradient.map((slope, i) => `class ${i + 1} ${way(slope)}`);
    return {
      sentence: `The ${state.loss} is ${digits(lossOf(state))}. Downhill is ${moves.join(", ")}.`,
      facts: { "Length of the gradient": digits(Math.hypot(...gradient)) },
      head: ["Class", "Logit", "Probability", "Gradient"],
      rows: softmax(state.z).p.map((share, i) => [
        `${i + 1}`, exact(state.z[i]), probability(share), digits(gradient[i]),
      ]),
    };
  }

  function chart(state, { paint, triangle }) {
    const path = [state];
    while (path.length <= STEPS) path.push(downhill(path.at(-1)));
    const from = placeOf(state);
    const to = position(minus(softmax(state.z).p, gradientAt(state)));
    const [right, up] = [to.x - from.x, to.y - from.y];
    const length = Math.hypot(right, up);
    const neck = 1 - Math.min(1, HEAD / length);
    const arrow = [from, { x: from.x + neck * right, y: from.y + neck * up }];
    const reading = ({ z }) => softmax(z).p.map((share) => share.toFixed(2)).join(", ");
    return {
      type: "scatter",
      data: {
        datasets: [
          {
            label: "Minus the gradient", data: arrow, readings: arrow.map(() => `length ${digits(length)}`),
            showLine: true, borderWidth: 3, pointStyle: "triangle", pointRadius: [0, length > HEAD ? 8 : 0],
            rotation: (Math.atan2(right, up) * 180) / Math.PI, ...paint("orange"),
          },
          {
            label: `The next ${STEPS} steps downhill`, data: path.map(placeOf), readings: path.map(reading),
            pointRadius: 3, ...paint("green"),
          },
          triangle(paint),
        ],
      },
      options: {
        scales: { x: { display: false, min: -0.12, max: 1.12 }, y: { display: false, min: -0.1, max: 0.97 } },
      },
    };
  }

  const handle = {
    label: "The distribution",
    range: [0, 1],
    place: placeOf,
    move: (state, point) => logitsAt(point),
    value: (state) => softmax(state.z).p[labelOf(state)],
    text: ({ z }) => softmax(z).p.map((share, i) => `class ${i + 1} ${share.toFixed(2)}`).join(", "),
  };

  const actions = { "Step downhill": (state) => ({ z: downhill(state).z.map((logit) => rounded(logit, 4)) }) };

  return { title: "Where the gradient points", fields, presets, actions, view, chart, handle };
})();
