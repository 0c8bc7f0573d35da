/* The arithmetic of the explorers: softmax in three floating types, by the textbook formula or shifted by the maximum.
 *
 * The scripts are classic ones that share the object Softmax, not modules: a browser loads no module from a file, and
 * the book has to work from a folder too. tests/test_explorer.py holds them to softmax_lib. */
"use strict";

const Softmax = (() => {
  /* What each type does to the result of an operation. NumPy adds up half-precision numbers in float32. */
  const types = {
    float64: { round: (x) => x, roundSum: (x) => x, largest: Number.MAX_VALUE, smallest: Number.MIN_VALUE },
    float32: { round: Math.fround, roundSum: Math.fround, largest: 2 ** 128 - 2 ** 104, smallest: 2 ** -149 },
    float16: { round: roundToHalf, roundSum: Math.fround, largest: 65504, smallest: 2 ** -24 },
  };

  /* Numbers of half precision near x lie `gap` apart. Beside 1.5 * 2 ** 52 gaps a float64 has no digit finer than a
   * gap, so adding that much and taking it away again rounds x, ties to even. 65520 is halfway beyond the largest. */
  function roundToHalf(x) {
    if (Math.abs(x) >= 65520) return Math.sign(x) * Infinity;
    const gap = 2 ** (Math.max(Math.floor(Math.log2(Math.abs(x))), -14) - 10);
    const large = 1.5 * 2 ** 52 * gap;
    return x + large - large;
  }

  /* The range of numbers whose exponential is positive and finite in a type. */
  function expRange(type) {
    const { largest, smallest } = types[type];
    return [Math.log(smallest) - Math.LN2, Math.log(largest)];
  }

  function exp(x, type) {
    const { round } = types[type];
    return round(Math.exp(round(x)));
  }

  /* Softmax of z / T with all that it passes through. A temperature of 0 stands for the limit, which the stable formula
   * takes: the largest logits share everything. The textbook formula divides by it. */
  function softmax(z, { T = 1, formula = "stable", type = "float64" } = {}) {
    const { round, roundSum } = types[type];
    const logits = z.map(round);
    const temperature = round(T);
    const shift = formula === "stable" ? Math.max(...logits) : 0;
    const exponents = logits.map((logit) => {
      const difference = round(logit - shift);
      if (formula === "stable" && temperature === 0) return difference === 0 ? 0 : -Infinity;
      return round(difference / temperature);
    });
    const exponentials = exponents.map((exponent) => exp(exponent, type));
    const sum = round(exponentials.reduce((total, e) => roundSum(total + e), 0));
    const p = exponentials.map((e) => round(e / sum));
    return { logits, shift, temperature, exponents, exponentials, sum, p };
  }

  /* Whether a result is close to the true one: neither NaN, nor lost to overflow or underflow. */
  function holds(result, truth) {
    return result.p.every((share, i) => Math.abs(share - truth.p[i]) < 0.01);
  }

  function entropy(p) {
    return p.reduce((total, share) => total - (share === 0 ? 0 : share * Math.log(share)), 0);
  }

  /* The gradients, by the logits, of the cross-entropy and of the squared error when class `label` is the true one. */
  const gradients = {
    "cross-entropy": (p, label) => p.map((share, i) => share - (i === label)),
    "squared error": (p, label) => {
      const slope = p.map((share, i) => 2 * (share - (i === label)));
      const mean = p.reduce((total, share, i) => total + share * slope[i], 0);
      return p.map((share, i) => share * (slope[i] - mean));
    },
  };

  /* The entmax of the order alpha, from 1 on, by bisection of its threshold. Order 1 is softmax, order 2 sparsemax. */
  function entmax(z, alpha) {
    if (alpha === 1) return softmax(z).p;
    const largest = Math.max(...z);
    const below = z.map((logit) => (alpha - 1) * (logit - largest));
    const above = (threshold) => below.map((x) => Math.max(x - threshold, 0) ** (1 / (alpha - 1)));
    const sum = (numbers) => numbers.reduce((total, x) => total + x);
    let [low, high] = [-1, 0];
    for (let step = 0; step < 60; step++) {
      const middle = (low + high) / 2;
      if (sum(above(middle)) >= 1) low = middle;
      else high = middle;
    }
    const p = above(low);
    return p.map((share) => share / sum(p));
  }

  /* The triangle of distributions over three classes: its corners, and the place of three numbers with the sum 1. */
  const corners = [{ x: 0, y: 0 }, { x: 1, y: 0 }, { x: 0.5, y: Math.sqrt(3) / 2 }];

  function position(weights) {
    const sum = (axis) => weights.reduce((total, weight, i) => total + weight * corners[i][axis], 0);
    return { x: sum("x"), y: sum("y") };
  }

  /* The numbers with the sum 1 that have their place there. */
  function weightsAt({ x, y }) {
    const third = y / corners[2].y;
    const second = x - third / 2;
    return [1 - second - third, second, third];
  }

  /* The state of a stream of logits: their maximum, and the sum of their exponentials in units of the largest. */
  const nothing = { maximum: -Infinity, sum: 0 };

  function merge(first, second) {
    const maximum = Math.max(first.maximum, second.maximum);
    if (maximum === -Infinity) return nothing;
    const sum = [first, second].reduce((total, part) => total + part.sum * Math.exp(part.maximum - maximum), 0);
    return { maximum, sum };
  }

  const stateOf = (logit) => merge(nothing, { maximum: logit, sum: 1 });
  const logSumExp = ({ maximum, sum }) => maximum + Math.log(sum);

  /* How many of the probabilities, sorted from the largest, are left by the cuts of a sampler: the k largest, of these
   * the fewest that hold the share p, of these what has at least that part of the largest. */
  function kept(p, { topk, topp, minp }) {
    const first = topk === 0 ? p : p.slice(0, topk);
    const goal = topp * first.reduce((total, share) => total + share);
    let [count, covered] = [topp === 1 ? first.length : 0, 0];
    while (count < first.length && covered < goal) covered += first[count++];
    return first.slice(0, Math.max(1, count)).filter((share) => share >= minp * p[0]).length;
  }

  /* Pseudorandom numbers that are the same everywhere: the minimal standard generator of Park and Miller, with their
   * later multiplier, and normal ones by Box and Muller. The first numbers of neighbouring seeds are alike, and go. */
  function random(seed) {
    let state = seed;
    const uniform = () => (state = (48271 * state) % 2147483647) / 2147483647;
    const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    for (let i = 0; i < 20; i++) uniform();
    return { uniform, normal };
  }

  return {
    types, expRange, exp, softmax, holds, entropy, gradients, entmax, corners, position, weightsAt, nothing, merge,
    stateOf, logSumExp, kept, random,
  };
})();
