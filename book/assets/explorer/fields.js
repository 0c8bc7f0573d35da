/* What a reader can set: a number, several numbers, or one of some choices. A field reads its value from text, writes it
 * as text, and builds a control whose sync shows a value. Links, examples and boxes are read by the same code. */
"use strict";

/* Each picture's own script adds itself here; what it shows of the book's experiments comes in a script of its own. */
const Pictures = {};
const Data = {};

/* Numbers for the reader: with all digits, with four or fewer, as a probability, and rounded to decimal places. */
const Numbers = (() => {
  const exact = (x) => String(x).replace("Infinity", "∞").replace("e+", "e").replaceAll("-", "−");

  function digits(x, count = 4) {
    const size = Math.abs(x);
    if (Number.isInteger(x) && size < 1e6) return exact(x);
    return exact(size >= 1e-3 && size < 1e6 ? x.toPrecision(count) : x.toExponential(count - 1));
  }

  function short(x, count = 3) {
    const near = Number(x.toPrecision(count));
    return digits(Number.isFinite(near) ? near : x, count).replace(/(\.\d*?)0+(?=e|$)/, "$1").replace(/\.(?=e|$)/, "");
  }

  const probability = (p) => (p >= 1e-3 && p < 1 ? p.toFixed(4) : digits(p));
  const rounded = (x, places) => Number(x.toFixed(places)) + 0;

  /* A chart adds up what it draws, so the largest numbers are drawn in a larger unit. What has no place is null. */
  const unitOf = (numbers) => (numbers.some((x) => Number.isFinite(x) && Math.abs(x) > 1e300) ? 1e10 : 1);
  const drawable = (x, unit = 1) => (Number.isFinite(x) ? x / unit : null);
  const ticks = (unit = 1) => ({ callback: (value) => short(value * unit) });

  return { exact, digits, short, probability, rounded, unitOf, drawable, ticks };
})();

const Fields = (() => {
  const { exact } = Numbers;
  let controls = 0;

  /* What is wrong with a text that was typed or linked, in words for the reader. */
  class Mistake extends Error {}

  function element(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else node.setAttribute(name, value);
    }
    node.append(...children);
    return node;
  }

  function readNumber(text, { min = -Infinity, max = Infinity, masks = false, whole = false }) {
    const written = text.trim().replaceAll("−", "-");
    const quoted = `“${written.length > 20 ? `${written.slice(0, 20)}…` : written}”`;
    const example = whole ? "a whole number such as 3" : `a number such as 1.5${masks ? ", or -inf to mask it" : ""}`;
    if (written === "") throw new Mistake(`Nothing is written here. Write ${example}.`);
    if (masks && /^-inf(inity)?$/i.test(written)) return -Infinity;
    if (/^[^,]*\d,\d[^,]*$/.test(written)) throw new Mistake(`Use a dot in ${quoted}, as in 1.5.`);
    if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(written)) {
      throw new Mistake(`${quoted} is not a number. Write ${example}.`);
    }
    const number = Number(written);
    if (!Number.isFinite(number)) throw new Mistake(`${quoted} is beyond the largest number, about 1.8e308.`);
    if (number < min || number > max) throw new Mistake(`${quoted} is not between ${exact(min)} and ${exact(max)}.`);
    if (whole && !Number.isInteger(number)) throw new Mistake(`${quoted} is not whole. Write ${example}.`);
    return number;
  }

  const writeNumber = (x) => (x === -Infinity ? "-inf" : String(x).replace("+", ""));

  /* Two inputs for one number: a slider, and a box that takes any number. The box is of type text, as one of type
   * number hides from us what was mistyped, and phones offer a keyboard without a minus for it. */
  function numberControl(field, label, change, announce) {
    const id = `softmax-number-${++controls}`;
    const box = element("input", {
      id, type: "text", class: "softmax-box", autocomplete: "off", spellcheck: "false",
      "aria-describedby": `${id}-problem`, oninput: () => typed(false), onchange: () => typed(true),
    });
    const range = element("input", { type: "range", "aria-label": `${label}, slider`, oninput: slid });
    const problem = element("p", { id: `${id}-problem`, class: "softmax-problem" });
    let current, slider, source;

    function typed(done) {
      try {
        const number = readNumber(box.value, field);
        complain("");
        changeBy(box, number);
      } catch (mistake) {
        if (!(mistake instanceof Mistake)) throw mistake;
        if (done) complain(mistake.message);
      }
    }

    function slid() {
      changeBy(range, slider.value(range.valueAsNumber));
    }

    /* The input that the reader holds is left alone while the other follows. */
    function changeBy(input, number) {
      source = input;
      change(number);
      source = null;
    }

    function complain(message) {
      problem.textContent = message;
      box.setAttribute("aria-invalid", String(message !== ""));
      if (message) announce(`${label}: ${message}`);
    }

    /* A text that was not understood stays, with what is wrong about it, until its number is set in another way. */
    function sync(number, state, fresh) {
      if (source !== box && (fresh || number !== current)) {
        box.value = writeNumber(number);
        complain("");
      }
      if (source !== range) {
        slider = field.slider(state);
        Object.assign(range, { min: slider.min, max: slider.max, step: slider.step });
        range.value = slider.position(number);
      }
      range.setAttribute("aria-valuetext", exact(number));
      current = number;
    }

    const node = (...more) =>
      element("div", { class: "softmax-number" }, element("label", { for: id }, label), range, box, ...more, problem);
    return { node, box, sync };
  }

  function number(field) {
    function build(change, announce) {
      const { node, sync } = numberControl(field, field.label, change, announce);
      return { node: node(), sync };
    }
    return { ...field, read: (text) => readNumber(text, field), write: writeNumber, build };
  }

  /* Several numbers, of which there may be `least` to `most`. */
  function numbers(field) {
    const { least, most, noun, legend } = field;
    const name = (index) => `${noun} ${index + 1}`;

    function read(text) {
      const parts = text.split(",");
      if (parts.length < least || parts.length > most) {
        throw new Mistake(`It has ${parts.length} numbers, not ${least} to ${most}.`);
      }
      return parts.map((part) => readNumber(part, field));
    }

    function build(change, announce) {
      let values = [];
      const rows = [];
      const list = element("div");
      const more = () => resize([...values, 0]);
      const add = element("button", { type: "button", onclick: more }, `Add a ${noun.toLowerCase()}`);
      const node = element("fieldset", {}, element("legend", {}, legend), list, ...(least < most ? [add] : []));

      function resize(changed) {
        change(changed);
        rows.at(-1).box.focus();
      }

      function newRow(index) {
        const set = (x) => change(values.with(index, x));
        const { node, ...control } = numberControl(field, name(index), set, announce);
        const take = () => resize(values.toSpliced(index, 1));
        const remove = element("button", { type: "button", "aria-label": `Remove ${name(index)}`, onclick: take }, "×");
        const row = node(...(least < most ? [remove] : []));
        list.append(row);
        return { ...control, row, remove };
      }

      function sync(changed, state, fresh) {
        const resized = changed.length !== values.length;
        values = changed;
        while (rows.length < values.length) rows.push(newRow(rows.length));
        while (rows.length > values.length) rows.pop().row.remove();
        rows.forEach((row, index) => {
          row.sync(values[index], state, fresh || resized);
          row.remove.disabled = values.length === least;
        });
        add.disabled = values.length === most;
      }

      return { node, sync };
    }

    return { ...field, read, write: (values) => values.map(writeNumber).join(","), build };
  }

  function choice(field) {
    const { legend, options } = field;

    function read(text) {
      if (!options.includes(text)) throw new Mistake(`${legend} is not one of ${options.join(", ")}.`);
      return text;
    }

    function build(change) {
      const group = `softmax-choice-${++controls}`;
      const radios = options.map((value) =>
        element("input", { type: "radio", name: group, value, onchange: () => change(value) }),
      );
      const labels = radios.map((radio) => element("label", {}, radio, radio.value));
      const node = element("fieldset", { class: "softmax-choice" }, element("legend", {}, legend), ...labels);
      return { node, sync: (value) => radios.forEach((radio) => (radio.checked = radio.value === value)) };
    }

    return { ...field, read, write: (value) => value, build };
  }

  /* Logits have sliders of one scale. It reaches past 11.09, where half precision overflows, and past the largest. */
  function logitSlider({ z }) {
    let limit = 12;
    while (limit < 1e307 && z.some((logit) => Number.isFinite(logit) && Math.abs(logit) > limit)) limit *= 10;
    return { ...wholeSlider, position: (z) => Math.max(z, -limit), min: -limit, max: limit, step: limit / 120 };
  }

  const wholeSlider = { position: (x) => x, value: (position) => position, step: 1 };

  /* Twenty steps a decade, from 10 ** low to 10 ** high. */
  const decadeSlider = (low, high, digits) => ({
    min: 20 * low, max: 20 * high, step: 1,
    position: (x) => Math.round(20 * Math.log10(x)),
    value: (position) => Number((10 ** (position / 20)).toPrecision(digits)),
  });

  /* Which random numbers are drawn. */
  const seed = (label) =>
    number({
      key: "seed", label, min: 1, max: 1000, whole: true, initial: 1, slider: () => ({ ...wholeSlider, min: 1, max: 50 }),
    });
  const nextSeed = ({ seed }) => ({ seed: (seed % 1000) + 1 });

  const asLogits = { key: "z", legend: "Logits", noun: "Class", initial: [0, 0, 0], slider: logitSlider };
  const logits = (field) => numbers({ ...asLogits, ...field });

  return { number, logits, choice, seed, nextSeed, wholeSlider, decadeSlider, element, Mistake };
})();
