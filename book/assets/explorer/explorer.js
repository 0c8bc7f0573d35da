/* Brings the pictures to life: in each element with data-explorer, controls, a drawing by Chart.js and a reading in
 * numbers and words take the place of the still chart and table.
 *
 * A picture has a title, fields, presets in the notation of links, view(state), which returns a sentence, facts, a
 * table and a formula, and chart(state, tools), a configuration of Chart.js. It may have a handle, which is dragged in
 * the chart; actions, which are further buttons; and tidy(state), which makes the fields fit together. */
"use strict";

(() => {
  const { element, Mistake } = Fields;
  const QUIET = 600; // Milliseconds without a change after which a screen reader is told.
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  function readState(text, fields) {
    const asked = new URLSearchParams(text);
    return Object.fromEntries(
      fields.map(({ key, read, initial }) => [key, asked.has(key) ? read(asked.get(key)) : initial]),
    );
  }

  const writeState = (state, fields) => fields.map(({ key, write }) => `${key}=${write(state[key])}`).join("&");
  const button = (label, onclick) => element("button", { type: "button", onclick }, label);

  function group(label, kind, ...children) {
    return element("div", { role: "group", "aria-label": label, class: kind }, ...children);
  }

  /* A fill and a line of one of the colours in explorer.css, which follow the theme; hatched, for readers who cannot tell
   * it from another. */
  const painter = (style) => (colour, hatched) => {
    const rgb = style.getPropertyValue(`--chart-${colour}`);
    const [fill, line] = [`rgba(${rgb}, 0.6)`, `rgb(${rgb})`];
    return { colour, hatched, backgroundColor: hatched ? hatch(fill, line) : fill, borderColor: line };
  };

  function hatch(fill, line) {
    const tile = element("canvas", { width: 8, height: 8 });
    const pen = tile.getContext("2d");
    pen.fillStyle = fill;
    pen.fillRect(0, 0, 8, 8);
    pen.strokeStyle = line;
    for (const start of [-8, 0, 8]) {
      pen.moveTo(start - 1, 9);
      pen.lineTo(start + 9, -1);
    }
    pen.stroke();
    return pen.createPattern(tile, "repeat");
  }

  const axis = (text, options) => ({ title: { display: true, text }, ...options });

  /* The triangle of distributions over three classes, as a series. */
  const triangle = (paint) => ({
    data: [...Softmax.corners, Softmax.corners[0]], showLine: true, borderWidth: 1, pointRadius: 0, pointHitRadius: 0,
    texts: ["Class 1", "Class 2", "Class 3"], below: [true, true, false], ...paint("grey"),
  });

  /* Writes the `texts` of each visible series: above its shapes or below hanging ones, upright where bars are narrow,
   * in the middle of bars that lie. */
  function drawTexts(chart) {
    const { ctx, data, options } = chart;
    Object.assign(ctx, { textAlign: "center", textBaseline: "middle" });
    for (const { index, data: shapes } of chart.getSortedVisibleDatasetMetas()) {
      const { texts = [], below = [], data: values } = data.datasets[index];
      texts.forEach((text, i) => {
        const { horizontal, width: room } = shapes[i];
        if (room < 6) return; // There is no room for a line of text: the table has the numbers.
        ctx.font = `${Math.min(12, room + 2)}px ${Chart.defaults.font.family}`;
        const { x, y } = horizontal ? shapes[i].getCenterPoint() : shapes[i];
        const { width } = ctx.measureText(text);
        const upright = width > room + 8;
        const reach = upright ? 6 + width / 2 : 10;
        ctx.save();
        ctx.translate(x, horizontal ? y : y + (below[i] || values[i] < 0 ? reach : -reach));
        if (upright) ctx.rotate(-Math.PI / 2);
        ctx.fillStyle = text === "NaN" ? options.brokenColor : Chart.defaults.color;
        ctx.fillText(text, 0, 0);
        ctx.restore();
      });
    }
  }

  /* What an arrow key does to a handle that says nothing else of it: a step by 1/50. */
  const stepOf = (place, move) => (state, right, up) => {
    const { x, y } = place(state);
    return move(state, { x: x + right / 50, y: y + up / 50 });
  };

  class Explorer {
    constructor(container) {
      const [name, example] = container.dataset.explorer.split("?");
      Object.assign(this, { container, name, example, picture: Pictures[name] });
      this.build();
      this.load(example);
      clearTimeout(this.timer);
      this.readLink();
      addEventListener("hashchange", () => this.readLink());
      new MutationObserver(() => this.draw()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    }

    build() {
      const { title, fields, presets, actions = {}, handle } = this.picture;
      const announce = (message) => this.announce(message);
      this.controls = fields.map(({ key, build }) => build((value) => this.change({ [key]: value }), announce));
      this.canvas = element("canvas", { role: "img" });
      this.frame = element("div", { class: `softmax-chart is-${this.name}` }, this.canvas);
      this.legend = group("Series shown", "softmax-shelf softmax-legend");
      this.sentence = element("p", { class: "softmax-sentence" });
      this.table = element("table");
      this.facts = element("dl");
      this.formula = group("Formula", "softmax-formula");
      this.formula.tabIndex = 0;
      this.message = element("p", { class: "softmax-message" });
      this.live = element("p", { class: "softmax-live", "aria-live": "polite" });
      const examples = Object.entries(presets).map(([label, state]) => button(label, () => this.load(state)));
      const steps = Object.entries(actions).map(([label, act]) => button(label, () => this.change(act(this.state))));
      const restart = button("Start again", () => this.load(this.example));
      const copy = button("Copy link", () => this.copyLink());

      this.container.setAttribute("role", "group");
      this.container.setAttribute("aria-label", `Interactive picture: ${title}`);
      this.container.replaceChildren(
        group("Examples", "softmax-shelf", ...examples),
        this.legend,
        this.frame,
        this.sentence,
        element(
          "div",
          { class: "softmax-columns" },
          element("div", {}, group("Steps", "softmax-shelf", ...steps), ...this.controls.map(({ node }) => node)),
          element("div", {}, this.table, this.facts, this.formula),
        ),
        group("This picture", "softmax-shelf", restart, copy),
        this.message,
        this.live,
      );
      if (handle) this.addHandle(handle);
    }

    /* Shows the state that a text in the notation of links describes. */
    load(text) {
      this.set(readState(text, this.picture.fields), true);
    }

    change(changes) {
      this.set({ ...this.state, ...changes }, false);
    }

    set(state, fresh) {
      const { tidy, fields, title, view, handle } = this.picture;
      this.state = tidy ? tidy(state) : state;
      this.controls.forEach(({ sync }, i) => sync(this.state[fields[i].key], this.state, fresh));
      const { sentence, broken = false, facts = {}, head, rows, formula = [] } = view(this.state);
      this.sentence.textContent = sentence;
      this.sentence.classList.toggle("is-broken", broken);
      this.canvas.setAttribute("aria-label", `${title}. ${sentence} The table has the numbers.`);
      this.fillTable(head, rows);
      const pairs = Object.entries(facts).map(([term, fact]) => [element("dt", {}, term), element("dd", {}, fact)]);
      this.facts.replaceChildren(...pairs.map((pair) => element("div", {}, ...pair)));
      this.formula.replaceChildren(...formula);
      this.formula.hidden = formula.length === 0;
      this.message.textContent = "";
      if (handle) {
        this.handle.setAttribute("aria-valuenow", handle.value(this.state));
        this.handle.setAttribute("aria-valuetext", handle.text(this.state));
      }
      this.draw();
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.announce(sentence), QUIET);
    }

    fillTable(head, rows) {
      const heading = (scope) => (text) => element("th", { scope }, text);
      const line = ([name, ...cells]) => [heading("row")(name), ...cells.map((cell) => element("td", {}, cell))];
      this.table.replaceChildren(
        element("thead", {}, element("tr", {}, ...head.map(heading("col")))),
        element("tbody", {}, ...rows.map((row) => element("tr", {}, ...line(row)))),
      );
    }

    announce(message) {
      clearTimeout(this.timer);
      this.live.textContent = message;
    }

    draw() {
      const style = getComputedStyle(this.container);
      const { type, data, options } = this.picture.chart(this.state, { paint: painter(style), axis, triangle });
      Chart.defaults.color = style.getPropertyValue("--pst-color-text-base");
      Chart.defaults.borderColor = style.getPropertyValue("--pst-color-border");
      Chart.defaults.font.family = style.fontFamily;
      Chart.defaults.scale.ticks.format = { useGrouping: false };
      const label = ({ dataset: { label, readings }, dataIndex, parsed }) =>
        [label, readings ? readings[dataIndex] : Numbers.digits(parsed.y)].filter(Boolean).join(": ");
      Object.assign(options, {
        locale: "en",
        maintainAspectRatio: false,
        animation: calm.matches || !this.chart ? false : { duration: 250 },
        brokenColor: style.getPropertyValue("--pst-color-danger"),
        plugins: {
          legend: { display: false },
          title: { display: true, text: this.picture.title },
          tooltip: { callbacks: { label } },
        },
      });
      if (this.chart) {
        this.chart.options = options;
        this.chart.data.labels = data.labels;
        data.datasets.forEach((dataset, i) => Object.assign(this.chart.data.datasets[i], dataset));
        this.chart.update();
      } else {
        const plugin = { id: "explorer", afterDatasetsDraw: drawTexts, afterDraw: (chart) => this.placeHandle(chart) };
        this.chart = new Chart(this.canvas, { type, data, options, plugins: [plugin] });
        this.legend.append(...data.datasets.flatMap(({ label }, i) => (label ? [this.toggle(i)] : [])));
      }
    }

    /* The legend is made of buttons, which Chart.js's own is not. */
    toggle(index) {
      const { label, colour, hatched } = this.chart.data.datasets[index];
      const swatch = element("span", { class: hatched ? "softmax-swatch is-hatched" : "softmax-swatch" });
      swatch.style.setProperty("--swatch", `rgb(var(--chart-${colour}))`);
      const toggle = button(label, () => {
        const visible = !this.chart.isDatasetVisible(index);
        this.chart.setDatasetVisibility(index, visible);
        this.chart.update();
        toggle.setAttribute("aria-pressed", String(visible));
      });
      toggle.setAttribute("aria-pressed", "true");
      toggle.prepend(swatch);
      return toggle;
    }

    /* What is dragged is an element of its own: it takes the focus and the arrow keys, and a finger on the rest of the
     * chart still scrolls the page. */
    addHandle({ label, range, place, move, nudge = stepOf(place, move) }) {
      const drag = ({ clientX, clientY }) => {
        const { x, y } = this.chart.scales;
        const { left, top } = this.canvas.getBoundingClientRect();
        this.change(move(this.state, { x: x.getValueForPixel(clientX - left), y: y.getValueForPixel(clientY - top) }));
      };
      this.handle = element("div", {
        class: "softmax-handle",
        role: "slider",
        tabindex: "0",
        "aria-label": label,
        "aria-valuemin": range[0],
        "aria-valuemax": range[1],
        onpointerdown: ({ pointerId }) => this.handle.setPointerCapture(pointerId),
        onpointermove: (event) => this.handle.hasPointerCapture(event.pointerId) && drag(event),
        onkeydown: (event) => {
          if (!(event.key in ARROWS)) return;
          event.preventDefault();
          this.change(nudge(this.state, ...ARROWS[event.key]));
        },
      });
      this.canvas.addEventListener("click", drag);
      this.frame.append(this.handle);
    }

    placeHandle({ scales, chartArea, width, height }) {
      if (!this.handle) return;
      const { x, y } = this.picture.handle.place(this.state);
      const left = scales.x.getPixelForValue(x);
      const top = y === undefined ? (chartArea.top + chartArea.bottom) / 2 : scales.y.getPixelForValue(y);
      this.handle.style.setProperty("left", `${(100 * left) / width}%`);
      this.handle.style.setProperty("top", `${(100 * top) / height}%`);
    }

    async copyLink() {
      history.replaceState(null, "", `#${this.name}?${writeState(this.state, this.picture.fields)}`);
      try {
        await navigator.clipboard.writeText(location.href);
        this.tell("The link is copied. It leads to what you see now.");
      } catch {
        this.tell("The address of this page now leads to what you see. Copy it from there.");
      }
    }

    readLink() {
      const [name, text] = location.hash.slice(1).split("?");
      if (name !== this.name || text === undefined) return;
      this.container.scrollIntoView();
      try {
        this.load(text);
      } catch (mistake) {
        if (!(mistake instanceof Mistake)) throw mistake;
        this.tell(`The link could not be read. ${mistake.message}`);
      }
    }

    tell(message) {
      this.message.textContent = message;
      this.announce(message);
    }
  }

  /* Without Chart.js the still pictures stay. With it, one comes to life when it comes near what the reader sees, when a
   * link leads to it, or at the first key, since the next one may lead the focus into it. */
  const still = new Set(typeof Chart === "undefined" ? [] : document.querySelectorAll("[data-explorer]"));

  function start(places) {
    for (const place of places) if (still.delete(place)) new Explorer(place);
  }

  function startLinked() {
    const [name] = location.hash.slice(1).split("?");
    start([...still].filter(({ dataset }) => dataset.explorer.split("?")[0] === name));
  }

  const seen = (entries) => start(entries.filter((entry) => entry.isIntersecting).map(({ target }) => target));
  const near = new IntersectionObserver(seen, { rootMargin: "100%" });
  still.forEach((place) => near.observe(place));
  addEventListener("keydown", () => start(still), { once: true });
  addEventListener("hashchange", startLinked);
  startLinked();
})();
