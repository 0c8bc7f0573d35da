/* Four workers with two logits each, whose states are merged in a tree. */
"use strict";

Pictures.merge = (() => {
  const { merge, stateOf, logSumExp } = Softmax;
  const { exact, digits, short, unitOf, drawable, ticks } = Numbers;
  const LOGITS = 8;
  const NAMES = ["1", "2", "3", "4", "1 and 2", "3 and 4", "all"];

  const fields = [Fields.logits({ legend: "Two logits for each worker", noun: "Logit", least: LOGITS, most: LOGITS, masks: true })];

  const presets = {
    "Four workers": "z=1,0,2,4,3,5,-1,2",
    "Far above the others": "z=1,0,2,4,1000,999,-1,2",
    "All the same": "z=1,1,1,1,1,1,1,1",
    "A masked worker": "z=1,0,-inf,-inf,3,5,-1,2",
  };

  /* The states of the workers, of both pairs, and of all. */
  function statesOf({ z }) {
    const own = [0, 2, 4, 6].map((i) => merge(stateOf(z[i]), stateOf(z[i + 1])));
    const pairs = [merge(own[0], own[1]), merge(own[2], own[3])];
    return [...own, ...pairs, merge(...pairs)];
  }

  const parents = [4, 4, 5, 5, 6, 6, 6];
  const factor = (part, whole) => (part.maximum === whole.maximum ? 1 : Math.exp(part.maximum - whole.maximum));

  function view(state) {
    const states = statesOf(state);
    const all = states.at(-1);
    const textbook = state.z.reduce((total, logit) => total + Math.exp(logit), 0);
    return {
      sentence:
        `Eight numbers are sent, a maximum and a sum by each worker. Together they give the log-sum-exp of all eight ` +
        `logits, ${digits(logSumExp(all))}.`,
      facts: { "Textbook sum of exponentials": digits(textbook) },
      head: ["Workers", "Maximum", "Sum", "Factor"],
      rows: states.map((part, i) => [
        NAMES[i], exact(part.maximum), digits(part.sum), digits(factor(part, states[parents[i]])),
      ]),
    };
  }

  function chart(state, { paint, axis }) {
    const states = statesOf(state);
    const unit = unitOf(state.z);
    const maxima = states.map(({ maximum }) => maximum);
    const panel = { stack: "panels", stackWeight: 1 };
    return {
      type: "bar",
      data: {
        labels: NAMES,
        datasets: [
          {
            type: "line", label: "Maximum", yAxisID: "y", data: maxima.map((x) => drawable(x, unit)), showLine: false,
            readings: maxima.map(exact), pointRadius: 6, pointStyle: "rectRot", ...paint("orange"),
          },
          {
            label: "Sum, in units of exp(maximum)", yAxisID: "sum", data: states.map(({ sum }) => sum),
            texts: states.map(({ sum }) => short(sum)), borderWidth: 1, ...paint("green", true),
          },
        ],
      },
      options: {
        scales: {
          x: axis("Workers whose states are merged", { grid: { display: false }, ticks: { maxRotation: 0 } }),
          sum: axis("Sum", { ...panel, min: 0, suggestedMax: 2, grace: "30%" }),
          y: axis("Logit", { ...panel, offset: true, grace: "10%", ticks: ticks(unit) }),
        },
      },
    };
  }

  return { title: "Four states become one", fields, presets, view, chart };
})();
