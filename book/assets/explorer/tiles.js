/* Attention over tiles: which tile is computed, and what has travelled between slow and fast memory. */
"use strict";

Pictures.tiles = (() => {
  const { digits, short } = Numbers;
  const WORDS = 1024;
  const HEAD_SIZE = 64;
  const BYTES = 4; // of a number in float32

  const stepSlider = (state) => ({ ...Fields.wholeSlider, min: 0, max: order(state).length });

  const fields = [
    Fields.choice({ key: "size", legend: "Words of a tile", options: ["64", "128", "256"], initial: "128" }),
    Fields.choice({ key: "mask", legend: "Words to come", options: ["hidden", "seen"], initial: "hidden" }),
    Fields.number({
      key: "done", label: "Tiles computed", min: 0, max: (WORDS / 64) ** 2, whole: true, initial: 0, slider: stepSlider,
    }),
  ];

  const presets = {
    "Before the first": "done=0",
    "Tiles of 64": "size=64&done=40",
    "All of them": "done=36",
    "Without a mask": "mask=seen&done=64",
    "Larger tiles": "size=256&done=10",
  };

  const blocks = ({ size }) => WORDS / size;

  /* The tiles as [block of queries, block of keys], in the order in which they are computed. */
  function order({ size, mask }) {
    const count = blocks({ size });
    const row = (i) => Array.from({ length: mask === "hidden" ? i + 1 : count }, (_, j) => [i, j]);
    return Array.from({ length: count }, (_, i) => row(i)).flat();
  }

  const tidy = (state) => ({ ...state, done: Math.min(state.done, order(state).length) });

  /* Bytes moved after some tiles: a block of queries is read with its first tile, and its output is written, with a
   * log-sum-exp for each row, after its last. */
  function traffic(tiles, { size }, last) {
    const block = BYTES * size * HEAD_SIZE;
    const begun = new Set(tiles.map(([i]) => i)).size;
    const ended = tiles.filter(([i, j]) => j === last(i)).length;
    return [begun * block, tiles.length * 2 * block, 0, ended * (block + BYTES * size)];
  }

  function bytes(state) {
    const all = order(state);
    const last = (i) => (state.mask === "hidden" ? i : blocks(state) - 1);
    const whole = BYTES * WORDS * HEAD_SIZE;
    return {
      "so far": traffic(all.slice(0, state.done), state, last),
      "in all": traffic(all, state, last),
      "whole rows": [whole, 2 * whole, BYTES * 4 * WORDS ** 2, whole],
    };
  }

  const sum = (numbers) => numbers.reduce((total, x) => total + x);
  const megabytes = (x) => digits(x / 1e6, 3);

  function view(state) {
    const moved = bytes(state);
    const all = order(state);
    const [soFar, inAll, whole] = Object.values(moved).map((parts) => megabytes(sum(parts)));
    const range = (block) => `${block * state.size + 1} to ${(block + 1) * state.size}`;
    const next = all[state.done];
    const now = next
      ? `Next, the queries ${range(next[0])} meet the keys ${range(next[1])}.`
      : `All ${all.length} tiles are computed.`;
    return {
      sentence: `${now} ${soFar} MB have been moved, of ${inAll} MB in all. Whole rows move ${whole} MB.`,
      facts: {
        "Tiles that are never computed": short(blocks(state) ** 2 - all.length),
        "Scores in fast memory": `${short((BYTES * state.size ** 2) / 1024)} KiB`,
      },
      head: ["MB", "So far", "In all", "Whole rows"],
      rows: [
        ...["Queries", "Keys, values", "Scores", "Output"].map((name, i) => [
          name, ...Object.values(moved).map((parts) => megabytes(parts[i])),
        ]),
        ["Together", soFar, inAll, whole],
      ],
    };
  }

  function chart(state, { paint, axis }) {
    const all = order(state);
    const count = blocks(state);
    const computed = new Set(all.map(String));
    const every = Array.from({ length: count ** 2 }, (_, at) => [Math.floor(at / count), at % count]);
    /* A square of this radius nearly fills its part of the chart. */
    const pointRadius = ({ chart: { chartArea } }) =>
      chartArea ? (0.46 * Math.SQRT2 * Math.min(chartArea.width, chartArea.height)) / count : 0;
    const series = (label, tiles, look) => ({
      label, data: tiles.map(([i, j]) => ({ x: j + 0.5, y: i + 0.5 })), pointStyle: "rect", pointRadius,
      readings: tiles.map(([i, j]) => `queries ${i * state.size + 1} and on, keys ${j * state.size + 1} and on`), ...look,
    });
    const scale = (text) =>
      axis(text, { min: 0, max: count, ticks: { stepSize: count / 4, callback: (block) => `${block * state.size}` } });
    return {
      type: "scatter",
      data: {
        datasets: [
          series("Computed", all.slice(0, state.done), paint("blue")),
          series("Next", all.slice(state.done, state.done + 1), paint("orange", true)),
          series("To come", all.slice(state.done + 1), { ...paint("grey"), backgroundColor: "transparent" }),
          series("Never computed", every.filter((tile) => !computed.has(String(tile))), {
            pointStyle: "crossRot", pointRadius: 3, ...paint("grey", true),
          }),
        ],
      },
      options: { scales: { x: scale("Keys"), y: { ...scale("Queries"), reverse: true } } },
    };
  }

  const actions = { "Next tile": ({ done }) => ({ done: done + 1 }), "Next row of tiles": nextRow };

  function nextRow(state) {
    const all = order(state);
    const row = (all[state.done] ?? all.at(-1))[0];
    return { done: all.filter(([i]) => i <= row).length };
  }

  return { title: "One tile of scores after the other", fields, presets, actions, tidy, view, chart };
})();
