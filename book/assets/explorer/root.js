/* Attention to eight random keys, whose products with the query are divided by the root of their dimension, or not. */
"use strict";

Pictures.root = (() => {
  const { softmax, entropy, random } = Softmax;
  const { digits, probability, short } = Numbers;
  const KEYS = 8;
  const LARGEST = 1024;

  const dimensionSlider = {
    min: 0, max: 10, step: 1,
    position: (d) => Math.round(Math.log2(d)),
    value: (position) => 2 ** position,
  };

  const fields = [
    Fields.number({
      key: "d", label: "Dimension d", min: 1, max: LARGEST, whole: true, initial: 64, slider: () => dimensionSlider,
    }),
    Fields.seed("Draw number"),
  ];

  const presets = { "d = 1": "d=1", "d = 16": "d=16", "d = 64": "d=64", "d = 128": "d=128", "d = 1024": "d=1024" };
  const actions = { "Draw again": Fields.nextSeed };

  /* The products of a query with the keys. All numbers are normal; more dimensions are drawn after fewer. */
  function products({ d, seed }) {
    const { normal } = random(seed);
    const sums = Array(KEYS).fill(0);
    for (let i = 0; i < d; i++) {
      const query = normal();
      for (let key = 0; key < KEYS; key++) sums[key] += query * normal();
    }
    return sums;
  }

  function weights(state) {
    const z = products(state);
    const divided = z.map((product) => product / Math.sqrt(state.d));
    return { z, divided, bare: softmax(z).p, scaled: softmax(divided).p };
  }

  function view(state) {
    const { z, divided, bare, scaled } = weights(state);
    const largest = (p) => probability(Math.max(...p));
    const keys = (p) => `${short(Math.exp(entropy(p)))} of ${KEYS}`;
    return {
      sentence:
        `The products reach from ${short(Math.min(...z))} to ${short(Math.max(...z))}. The largest weight is ` +
        `${largest(bare)}; after division by ${short(Math.sqrt(state.d))} it is ${largest(scaled)}.`,
      facts: {
        "Keys attended to, undivided": keys(bare),
        "Keys attended to, divided": keys(scaled),
      },
      head: ["Key", "q · k", "q · k / √d", "Weight", "Divided"],
      rows: z.map((product, i) => [
        `${i + 1}`, digits(product, 3), digits(divided[i], 3), probability(bare[i]), probability(scaled[i]),
      ]),
    };
  }

  function chart(state, { paint, axis }) {
    const { z, bare, scaled } = weights(state);
    const bar = { borderWidth: 1, categoryPercentage: 0.8, barPercentage: 0.9 };
    const texts = (p) => p.map((share) => short(share, 2));
    return {
      type: "bar",
      data: {
        labels: z.map((_, i) => `${i + 1}`),
        datasets: [
          { ...bar, label: "Softmax of q · k", data: bare, texts: texts(bare), ...paint("orange", true) },
          { ...bar, label: "Softmax of q · k / √d", data: scaled, texts: texts(scaled), ...paint("blue") },
        ],
      },
      options: {
        scales: { x: axis("Key", { grid: { display: false } }), y: axis("Weight", { min: 0, max: 1, grace: "10%" }) },
      },
    };
  }

  return { title: "Attention with and without the root", fields, presets, actions, view, chart };
})();
