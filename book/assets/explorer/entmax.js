/* Three scores as a point in the plane of the triangle of distributions, and where softmax, entmax and sparsemax lead it. */
"use strict";

Pictures.entmax = (() => {
  const { softmax, entmax, position, weightsAt } = Softmax;
  const { exact, digits, short, probability, rounded } = Numbers;
  const ORDERS = Array.from({ length: 31 }, (_, i) => 1 + i / 10); // from softmax beyond sparsemax
  const VIEW = { x: { min: -0.3, max: 1.3 }, y: { min: -0.35, max: 1.03 } };
  const orderSlider = { position: (alpha) => alpha, value: (position) => rounded(position, 1), min: 1, max: 4, step: 0.1 };

  const fields = [
    Fields.logits({ legend: "Scores", least: 3, most: 3 }),
    Fields.number({ key: "alpha", label: "Order α of entmax", min: 1, max: 4, initial: 1.5, slider: () => orderSlider }),
  ];

  const presets = {
    "Two ahead": "z=1,0.6,0.2",
    "One far ahead": "z=1.6,0,0.1",
    "Almost tied": "z=0.4,0.3,0.25",
    "Close to softmax": "z=1,0.6,0.2&alpha=1.1",
  };

  const sum = (numbers) => numbers.reduce((total, x) => total + x, 0);
  /* A common shift changes nothing, and this one leads into the plane of the triangle. */
  const shifted = (z) => z.map((score) => score + (1 - sum(z)) / 3);
  const distance = (p, z) => Math.hypot(...shifted(z).map((score, i) => score - p[i]));
  const possible = (p) => p.filter((share) => share > 0).length;
  const results = ({ z, alpha }) => [softmax(z).p, entmax(z, alpha), entmax(z, 2)];

  function placeOf({ z }) {
    const place = position(shifted(z));
    const inside = (axis) => Math.min(Math.max(place[axis], VIEW[axis].min), VIEW[axis].max);
    return { x: inside("x"), y: inside("y") };
  }

  const scoresAt = (point) => ({ z: weightsAt(point).map((score) => rounded(score, 2)) });

  function view(state) {
    const [soft, between, sparse] = results(state);
    return {
      sentence:
        `Softmax gives a share to ${possible(soft)} classes, entmax of the order ${short(state.alpha)} to ` +
        `${possible(between)}, and sparsemax, which is the nearest distribution to the scores, to ${possible(sparse)}.`,
      facts: {
        "From the scores to softmax": digits(distance(soft, state.z)),
        "From the scores to sparsemax": digits(distance(sparse, state.z)),
      },
      head: ["Class", "Score", "Softmax", "Entmax", "Sparsemax"],
      rows: state.z.map((score, i) => [
        `${i + 1}`, exact(score), probability(soft[i]), probability(between[i]), probability(sparse[i]),
      ]),
    };
  }

  function chart(state, { paint, triangle }) {
    const [soft, between, sparse] = results(state);
    const point = (label, p, look) => ({
      label, data: [position(p)], readings: [p.map((share) => share.toFixed(2)).join(", ")], pointRadius: 7, ...look,
    });
    const line = (data, look) => ({ data, showLine: true, pointRadius: 0, pointHitRadius: 0, ...look });
    return {
      type: "scatter",
      data: {
        datasets: [
          point("Softmax", soft, { pointStyle: "circle", ...paint("blue") }),
          point("Entmax", between, { pointStyle: "triangle", ...paint("green") }),
          point("Sparsemax", sparse, { pointStyle: "rectRot", ...paint("orange") }),
          line(ORDERS.map((alpha) => position(entmax(state.z, alpha))), { borderWidth: 2, ...paint("green") }),
          line([placeOf(state), position(sparse)], { borderWidth: 1, borderDash: [5, 4], ...paint("grey") }),
          triangle(paint),
        ],
      },
      options: {
        scales: { x: { display: false, ...VIEW.x }, y: { display: false, ...VIEW.y } },
      },
    };
  }

  const handle = {
    label: "The scores",
    range: [0, 1],
    place: placeOf,
    move: (state, point) => scoresAt(point),
    value: ({ z }) => entmax(z, 2)[0],
    text: (state) => results(state)[2].map((share, i) => `class ${i + 1} ${share.toFixed(2)} by sparsemax`).join(", "),
  };

  return { title: "Scores, and the distributions they lead to", fields, presets, view, chart, handle };
})();
