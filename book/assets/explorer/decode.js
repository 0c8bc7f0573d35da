/* The next word of a language model: temperature and the cuts of samplers, on logits of the book's own model. */
"use strict";

Pictures.decode = (() => {
  const { softmax, entropy, kept } = Softmax;
  const { digits, probability, short } = Numbers;
  const SHOWN = 12; // Words in the chart and the table.

  const shareSlider = { position: (x) => x, value: (position) => position, min: 0, max: 1, step: 0.05 };
  const number = (field) => Fields.number({ min: 0, ...field });

  const fields = [
    Fields.choice({ key: "row", legend: "Context", options: Object.keys(Data.decode), initial: "open" }),
    number({ key: "T", label: "Temperature T", min: 0.1, max: 10, initial: 1, slider: () => Fields.decadeSlider(-1, 1, 2) }),
    number({
      key: "topk", label: "Top-k: the k most probable, 0 for all", max: 1000, whole: true, initial: 0,
      slider: () => ({ ...Fields.wholeSlider, min: 0, max: 50 }),
    }),
    number({ key: "topp", label: "Top-p: the fewest that hold p", max: 1, initial: 1, slider: () => shareSlider }),
    number({ key: "minp", label: "Min-p: part of the largest", max: 1, initial: 0, slider: () => shareSlider }),
  ];

  const presets = {
    "As the model says": "row=open",
    "Top-k 5": "row=open&topk=5",
    "Top-p 0.9": "row=open&topp=0.9",
    "Min-p 0.1": "row=open&minp=0.1",
    "A clear case, top-k 5": "row=clear&topk=5",
    "A clear case, top-p 0.9": "row=clear&topp=0.9",
    "Hot, min-p 0.1": "row=open&T=2&minp=0.1",
  };

  function distributions(state) {
    const { words, logits } = Data.decode[state.row];
    const { p } = softmax(logits, state);
    const count = kept(p, state);
    const covered = p.slice(0, count).reduce((total, share) => total + share);
    return { words, logits, p, count, covered, q: p.map((share, i) => (i < count ? share / covered : 0)) };
  }

  function view(state) {
    const { words, logits, p, count, covered, q } = distributions(state);
    const { before } = Data.decode[state.row];
    const most = count === 1 ? "1 word stays" : `${count} of ${p.length} words stay`;
    return {
      sentence: `After “… ${before}” ${most}. Together they had the probability ${short(covered)}.`,
      facts: {
        "Entropy before the cuts": `${digits(entropy(p))} nats`,
        "Entropy after them": `${digits(entropy(q))} nats`,
      },
      head: ["Word", "Logit", "Probability", "After the cuts"],
      rows: words.slice(0, SHOWN).map((word, i) => [word, digits(logits[i]), probability(p[i]), probability(q[i])]),
    };
  }

  function chart(state, { paint, axis }) {
    const { words, p, q } = distributions(state);
    const bar = { borderWidth: 1, categoryPercentage: 0.9, barPercentage: 0.9 };
    return {
      type: "bar",
      data: {
        labels: words.slice(0, SHOWN),
        datasets: [
          { ...bar, label: "At this temperature", data: p.slice(0, SHOWN), ...paint("blue") },
          { ...bar, label: "After the cuts", data: q.slice(0, SHOWN), ...paint("orange", true) },
        ],
      },
      options: {
        indexAxis: "y",
        scales: { x: axis("Probability", { min: 0, suggestedMax: 0.2 }), y: { grid: { display: false } } },
      },
    };
  }

  return { title: "Which words may come next", fields, presets, view, chart };
})();
