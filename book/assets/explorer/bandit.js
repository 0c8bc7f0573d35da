/* A gradient bandit at four slot machines, pull by pull. */
"use strict";

Pictures.bandit = (() => {
  const { softmax, random } = Softmax;
  const { digits, exact, probability, rounded } = Numbers;
  const VALUES = [4, 4.5, 5, 5.5]; // The mean reward of each machine; the rewards have the variance 1.
  const COLOURS = ["grey", "green", "orange", "blue"];

  const fields = [
    Fields.number({
      key: "pulls", label: "Pulls", min: 0, max: 1000, whole: true, initial: 200,
      slider: () => ({ ...Fields.wholeSlider, min: 0, max: 1000, step: 10 }),
    }),
    Fields.number({ key: "rate", label: "Step size", min: 0.01, max: 10, initial: 0.1, slider: () => Fields.decadeSlider(-2, 0.5, 2) }),
    Fields.choice({ key: "baseline", legend: "Baseline", options: ["mean reward", "none"], initial: "mean reward" }),
    Fields.seed("Gambler"),
  ];

  const presets = {
    "With the baseline": "pulls=500&rate=0.1",
    "Without it": "pulls=500&rate=0.1&baseline=none",
    "Small steps without": "pulls=1000&rate=0.02&baseline=none",
    "Large steps": "pulls=500&rate=3",
  };

  const actions = {
    "Pull ten times": ({ pulls }) => ({ pulls: Math.min(1000, pulls + 10) }),
    "Another gambler": Fields.nextSeed,
  };

  /* The policy before each pull and after the last, and what was won. */
  function play({ pulls, rate, baseline, seed }) {
    const { uniform, normal } = random(seed);
    const counts = VALUES.map(() => 0);
    let scores = VALUES.map(() => 0);
    let mean = 0;
    const policies = [softmax(scores).p];
    for (let pull = 1; pull <= pulls; pull++) {
      const p = policies.at(-1);
      const machine = draw(p, uniform());
      const reward = VALUES[machine] + normal();
      counts[machine] += 1;
      mean += (reward - mean) / pull;
      const advantage = baseline === "none" ? reward : reward - mean;
      scores = scores.map((score, i) => score + rate * advantage * ((i === machine) - p[i]));
      policies.push(softmax(scores).p);
    }
    return { policies, counts, mean };
  }

  /* The class whose part of a stick of length one a dart hits. */
  function draw(p, dart) {
    let end = 0;
    const hit = p.findIndex((share) => dart < (end += share));
    return hit < 0 ? p.length - 1 : hit;
  }

  function view(state) {
    const { policies, counts, mean } = play(state);
    const p = policies.at(-1);
    const best = p.length - 1;
    const won = state.pulls ? ` The rewards have the mean ${digits(mean, 3)}; that of the best machine is 5.5.` : "";
    return {
      sentence: `After ${state.pulls} pulls machine ${best + 1}, the best, has the probability ${probability(p[best])}.${won}`,
      head: ["Machine", "Value", "Pulls", "Probability"],
      rows: VALUES.map((value, i) => [`${i + 1}`, exact(value), `${counts[i]}`, probability(p[i])]),
    };
  }

  function chart(state, { paint, axis }) {
    const { policies } = play(state);
    const series = VALUES.map((_, i) => ({
      label: `Machine ${i + 1}`, data: policies.map((p, pull) => ({ x: pull, y: rounded(p[i], 4) })), pointRadius: 0, borderWidth: 1,
      fill: i === 0 ? "origin" : "-1", ...paint(COLOURS[i], i % 2 === 0),
    }));
    return {
      type: "line",
      data: { datasets: series },
      options: {
        scales: {
          x: axis("Pulls", { type: "linear", max: Math.max(1, state.pulls), grid: { display: false } }),
          y: axis("Probability", { stacked: true, min: 0, max: 1 }),
        },
      },
    };
  }

  return { title: "A gambler learns", fields, presets, actions, view, chart };
})();
