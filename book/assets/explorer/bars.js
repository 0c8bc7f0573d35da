/* Logits and their softmax as bars, by either formula, in any floating type, at any temperature. */
"use strict";

Pictures.bars = (() => {
  const { types, softmax, holds, entropy } = Softmax;
  const { exact, digits, short, probability, rounded, unitOf, drawable, ticks } = Numbers;
  const TEXTS = 0.25; // The axis reaches beyond the bars by this part of their range, for the texts on them.

  /* From 0, then from 0.01 to 100, in twenty steps a decade. */
  const temperatureSlider = {
    min: 0, max: 80, step: 1,
    position: (T) => (T === 0 ? 0 : Math.max(1, Math.round(40 + 20 * Math.log10(T)))),
    value: (position) => (position === 0 ? 0 : Number((10 ** ((position - 40) / 20)).toPrecision(3))),
  };

  const fields = [
    Fields.logits({ least: 2, most: 10, masks: true }),
    Fields.number({ key: "T", label: "Temperature T", min: 0, max: 100, initial: 1, slider: () => temperatureSlider }),
    Fields.choice({ key: "formula", legend: "Formula", options: ["stable", "naive"], initial: "stable" }),
    Fields.choice({ key: "type", legend: "Floating type", options: Object.keys(types), initial: "float64" }),
  ];

  const presets = {
    "1.5, 0.8, −0.2": "z=1.5,0.8,-0.2",
    "2, 1, 0.5": "z=2,1,0.5",
    Ties: "z=2,2,1,-1&T=0",
    "Attention mask": "z=2.1,0.3,1.4,-inf,-inf",
    Overflow: "z=1002,1001,1000.5&formula=naive",
    "Half precision": "z=11.5,10,9&formula=naive&type=float16",
    "Sum overflows": "z=709.5,709.5,709.5&formula=naive",
    Underflow: "z=-800,-801,-802&formula=naive",
  };

  function view(state) {
    const { z, T } = state;
    const result = softmax(z, state);
    const truth = softmax(z, { T });
    const { logits, exponentials, p } = result;
    const textbook = Object.keys(types).filter((type) => holds(softmax(z, { T, formula: "naive", type }), truth));
    return {
      sentence: sentence(state, result, truth),
      broken: !holds(result, truth),
      facts: {
        "Largest probability": probability(Math.max(...p)),
        Entropy: `${digits(entropy(p))} of ${digits(Math.log(p.length))} nats`,
        "Sum of probabilities": digits(rounded(p.reduce((total, share) => total + share), 4)),
        "The textbook formula holds in": textbook.join(", ") || "no type",
      },
      head: ["Class", "Logit", "Exponential", "Probability"],
      rows: p.map((share, i) => [`${i + 1}`, exact(logits[i]), digits(exponentials[i]), probability(share)]),
      formula: T === 0 ? [] : equations(state, result, Math.max(0, largest(truth.p))),
    };
  }

  const largest = (p) => p.indexOf(Math.max(...p));

  /* What the formula did to these logits. */
  function sentence({ z, T, formula, type }, { logits, exponents, exponentials, sum, p }, truth) {
    const { largest: most, smallest: least } = types[type];
    const lost = z.find((logit, i) => Number.isFinite(logit) && !Number.isFinite(logits[i]));
    const overflow = exponentials.indexOf(Infinity);
    if (z.every((logit) => logit === -Infinity)) return "Every class is masked: the sum is 0, and 0 / 0 is NaN.";
    if (lost) return `The logit ${exact(lost)} itself is too large for ${type}, so no formula can help.`;
    if (formula === "naive" && T === 0) {
      return "The textbook formula divides by the temperature, 0. The stable one takes the limit: the argmax.";
    }
    if (overflow >= 0) {
      const power = `e to the power ${digits(exponents[overflow])}`;
      return `Overflow: ${power} is beyond ${type}’s largest number, ${digits(most)}, and becomes ∞. Then ∞ / ∞ is NaN.`;
    }
    if (sum === Infinity) {
      return "Overflow without a warning: each exponential is finite, but their sum becomes ∞, and every share 0.";
    }
    if (sum === 0) {
      const bound = `${type}’s smallest number, ${digits(least)}`;
      return `Underflow: every exponential is below ${bound}, and becomes 0. Then 0 / 0 is NaN.`;
    }
    const best = probability(Math.max(...truth.p));
    if (!holds({ p }, truth)) {
      const cause = `of exponentials this small ${type} keeps few digits`;
      return `Wrong without a warning: ${cause}. The largest share should be ${best}.`;
    }
    const winners = p.flatMap((share, i) => (share === Math.max(...p) ? [i + 1] : []));
    if (winners.length === p.length) return `All classes share equally, ${best} each.`;
    const list = `${winners.slice(0, -1).join(", ")} and ${winners.at(-1)}`;
    if (winners.length > 1) return `Classes ${list} tie, with ${best} each.`;
    const rivals = z.filter((logit) => logit > -Infinity).length > 1;
    const share = best === "1" && T > 0 && rivals ? "a share that rounds to 1" : best;
    return `Class ${winners[0]} is the most probable, with ${share}.`;
  }

  /* MathML. */
  function math(tag, ...children) {
    const node = document.createElementNS("http://www.w3.org/1998/Math/MathML", tag);
    node.append(...children);
    return node;
  }

  const mo = (sign) => math("mo", sign);
  const mn = (number) => math("mn", number);

  function equation(...children) {
    const node = math("math", ...children);
    node.setAttribute("display", "block");
    return node;
  }

  function equations({ T, formula }, { logits, shift, exponentials, sum, p }, index) {
    const shiftBy = shift < 0 ? ["(", exact(shift), ")"] : [exact(shift)];
    const power = (logit) => {
      const shifted = formula === "stable" ? [exact(logit), "−", ...shiftBy] : [exact(logit)];
      const whole = formula === "stable" ? ["(", ...shifted, ")"] : shifted;
      const exponent = T === 1 ? shifted : [...whole, "/", exact(T)];
      const parts = exponent.map((part) => ("−()/".includes(part) ? mo(part) : mn(part)));
      return math("msup", math("mi", "e"), math("mrow", ...parts));
    };
    const powers = logits.map(power);
    const terms = powers.length <= 4 ? powers : [...powers.slice(0, 2), math("mi", "…"), powers.at(-1)];
    const total = terms.flatMap((term, i) => (i === 0 ? [term] : [mo("+"), term]));
    const [e, s] = [exponentials[index], sum].map((x) => mn(digits(x)));
    return [
      equation(
        math("msub", math("mi", "p"), mn(index + 1)),
        mo("="),
        math("mfrac", power(logits[index]), math("mrow", ...total)),
      ),
      equation(mo("="), math("mfrac", e, s), mo("="), mn(probability(p[index]))),
    ];
  }

  /* Where the logits outgrow the probabilities, these have an axis of their own, with its 0 at the same height. */
  function chart(state, { paint, axis }) {
    const { logits, p } = softmax(state.z, state);
    const unit = unitOf(logits);
    const values = logits.map((logit) => drawable(logit, unit));
    const shares = p.map((share) => drawable(share));
    const apart = Math.max(...values.map(Math.abs)) > 12;
    const least = Math.min(0, ...values);
    const most = Math.max(0, ...values, ...(apart ? [-least] : shares)) || 1;
    const room = TEXTS * (most - least);
    const [low, high] = [least < 0 ? least - room : 0, most + room];
    const bar = { borderWidth: 1, categoryPercentage: 0.8, barPercentage: 0.9 };
    return {
      type: "bar",
      data: {
        labels: logits.map((_, i) => `Class ${i + 1}`),
        datasets: [
          {
            ...bar, label: "Logits", data: values, texts: logits.map((z) => short(z, 5)), readings: logits.map(exact),
            ...paint("teal"),
          },
          {
            ...bar, label: "Softmax Probabilities", data: shares, texts: p.map((share) => short(share)),
            ...paint("pink", true), yAxisID: apart ? "share" : "y",
          },
        ],
      },
      options: {
        scales: {
          x: axis("Classes", { grid: { display: false } }),
          y: axis(apart ? "Logit" : "Value", {
            min: low, max: high, ticks: { includeBounds: false, ...ticks(unit) },
          }),
          share: axis("Probability", {
            display: apart, position: "right", min: low / most, max: high / most, grid: { display: false },
            ticks: { includeBounds: false, callback: (share) => (share < 0 || share > 1 ? "" : short(share)) },
          }),
        },
      },
    };
  }

  return { title: "Logits vs. Softmax Probabilities", fields, presets, view, chart };
})();
