/* A stream of logits that is fed one by one, and the two numbers that remember what has passed. */
"use strict";

Pictures.stream = (() => {
  const { nothing, merge, stateOf, logSumExp } = Softmax;
  const { exact, digits, short, unitOf, drawable, ticks } = Numbers;

  const fields = [
    Fields.number({
      key: "fed", label: "Logits fed so far", min: 0, max: 10, whole: true, initial: 0,
      slider: ({ z }) => ({ ...Fields.wholeSlider, min: 0, max: z.length }),
    }),
    Fields.logits({ legend: "The stream", noun: "Logit", least: 1, most: 10, masks: true }),
  ];

  const presets = {
    "A climb": "z=1,0,2,4,3,5&fed=3",
    "The chapter’s five": "z=1,3,2,1000,999&fed=3",
    "Largest first": "z=3,2,1,0,-1,-2&fed=1",
    "All the same": "z=1,1,1,1,1,1&fed=1",
  };

  const actions = {
    "Feed the next": ({ fed }) => ({ fed: fed + 1 }),
    "Take it back": ({ fed }) => ({ fed: fed - 1 }),
  };

  const tidy = (state) => ({ ...state, fed: Math.max(0, Math.min(state.fed, state.z.length)) });

  /* What is known before the first logit, and after each that was fed. */
  function statesOf({ z, fed }) {
    const states = [nothing];
    for (const logit of z.slice(0, fed)) states.push(merge(states.at(-1), stateOf(logit)));
    return states;
  }

  const factor = (before, after) => Math.exp(before.maximum - after.maximum);

  function view(state) {
    const fed = state.z.slice(0, state.fed);
    const states = statesOf(state);
    const textbook = fed.reduce((total, logit) => total + Math.exp(logit), 0);
    return {
      sentence: sentence(fed.at(-1), states.at(-2), states.at(-1)),
      facts: {
        "Log-sum-exp so far": digits(logSumExp(states.at(-1))),
        "Textbook sum of exponentials": digits(textbook),
      },
      head: ["Step", "Logit", "Maximum", "Factor", "Sum"],
      rows: fed.map((logit, i) => {
        const [before, after] = states.slice(i, i + 2);
        return [`${i + 1}`, exact(logit), exact(after.maximum), digits(factor(before, after)), digits(after.sum)];
      }),
    };
  }

  function sentence(logit, before, now) {
    if (logit === undefined) return "Nothing has been fed yet: the maximum is −∞, and the sum is 0.";
    if (logit <= before.maximum) {
      const power = `e to the ${exact(logit)} − ${exact(now.maximum)}`;
      return `${exact(logit)} is no new maximum. It adds ${digits(Math.exp(logit - now.maximum))}, which is ${power}.`;
    }
    const old = `the old sum ${digits(before.sum)} is multiplied by ${digits(factor(before, now))}`;
    return `${exact(logit)} is a new maximum: ${old}, then 1 is added.`;
  }

  function chart(state, { paint, axis }) {
    const { z, fed } = state;
    const states = statesOf(state).slice(1);
    const maxima = states.map(({ maximum }) => maximum);
    const unit = unitOf(z);
    const drawn = (numbers) => ({ data: numbers.map((x) => drawable(x, unit)), readings: numbers.map(exact) });
    const logits = paint("orange");
    const panel = { stack: "panels", stackWeight: 1 };
    return {
      type: "bar",
      data: {
        labels: z.map((_, i) => `${i + 1}`),
        datasets: [
          {
            type: "line", label: "Logits", yAxisID: "y", ...drawn(z), showLine: false, pointRadius: 6,
            pointStyle: "rectRot", ...logits,
            pointBackgroundColor: z.map((_, i) => (i < fed ? logits.backgroundColor : "transparent")),
          },
          {
            type: "line", label: "Running maximum", yAxisID: "y", ...drawn(maxima),
            stepped: "before", pointRadius: 0, ...paint("blue"),
          },
          {
            label: "Sum, in units of exp(maximum)", yAxisID: "sum", data: states.map(({ sum }) => sum),
            texts: states.map(({ sum }) => short(sum)), borderWidth: 1, ...paint("green", true),
          },
        ],
      },
      options: {
        scales: {
          x: axis("Logit number", { grid: { display: false } }),
          sum: axis("Sum", { ...panel, min: 0, suggestedMax: 2, grace: "30%" }),
          y: axis("Logit", { ...panel, offset: true, grace: "10%", ticks: ticks(unit) }),
        },
      },
    };
  }

  return { title: "One pass over a stream of logits", fields, presets, actions, tidy, view, chart };
})();
