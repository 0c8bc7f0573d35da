// A page whose cells run: its bar, and the order in which cells are run.
import { Cell } from "./cell.js";
import { button, element } from "./elements.js";
import { Kernel, Stopped } from "./kernel.js";
import { forgetRuns, keepRun, runsOfThisVisit } from "./memory.js";

const DIFFERENCES = `Numbers are those of NumPy in WebAssembly. It gives no warnings of overflow or division by zero, and
  np.errstate(all="raise") raises nothing; integers have 32 bits unless a type is given; the last bits of some float32 results
  differ.`;

const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

class Chapter {
  constructor(bar) {
    this.bar = bar;
    this.status = bar.querySelector("[role=status]");
    this.kernel = new Kernel(bar.dataset.needs.split(" "), (progress) => this.showProgress(progress));
    const cells = document.querySelectorAll("article div.cell");
    this.cells = Array.from(cells, (cell, index) => new Cell(cell, index + 1, this));
    this.addControls();
    this.setBusy(false);
  }

  addControls() {
    this.runButton = button("Run all", "Run all", () => this.runAll());
    this.stopButton = button("Stop", "Stop", () => this.kernel.stop());
    this.resetButton = button("Reset all", "Reset all", () => this.reset());
    this.bar.querySelector(".run-buttons").replaceChildren(this.runButton, this.stopButton, this.resetButton);
    this.progress = Object.assign(element("progress", ""), { hidden: true, ariaLabel: "Loading Python" });
    this.amount = Object.assign(element("p", "run-amount"), { hidden: true });
    const note = element("details", "run-note");
    note.append(element("summary", "", "What differs in a browser"), element("p", "", DIFFERENCES));
    this.bar.append(this.progress, this.amount, note);
    this.runButton.focus();
  }

  say(text, problem = false) {
    this.status.textContent = text;
    this.status.classList.toggle("run-problem", problem);
  }

  showProgress({ arrived, total, again }) {
    this.progress.max = total;
    this.progress.value = arrived;
    this.amount.textContent = `${megabytes(arrived)} of ${megabytes(total)} MB`;
    if (again) this.say("The connection was lost. Trying again.", true);
    else if (arrived === total) this.say("Python starts.");
  }

  setBusy(busy) {
    this.busy = busy;
    this.stopButton.disabled = !busy;
    this.runButton.disabled = busy;
    for (const cell of this.cells) cell.setBusy(busy);
  }

  // Starts Python, and gives it the variables of what was run before in this visit.
  async start() {
    if (this.kernel.started) return;
    this.progress.hidden = this.amount.hidden = false;
    this.say("Loading Python.");
    try {
      await this.kernel.start();
    } finally {
      this.progress.hidden = this.amount.hidden = true;
    }
    const runs = runsOfThisVisit();
    for (const [index, { cell, source }] of runs.entries()) {
      this.say(`Running again what you ran in this visit: ${index + 1} of ${runs.length}.`);
      await this.kernel.run(source, cell);
    }
  }

  // Does something with Python, one thing at a time, and says what became of it.
  async attempt(work) {
    if (this.busy) return;
    this.setBusy(true);
    try {
      await this.start();
      await work();
    } catch (error) {
      if (error instanceof Stopped) this.say("Stopped. The next run starts Python again, with what had been run before.");
      else this.say(error.message, true);
    } finally {
      this.setBusy(false);
    }
  }

  run(cells) {
    return this.attempt(async () => {
      for (const cell of cells) {
        this.say(`Cell ${cell.number} runs.`);
        const { source } = cell;
        const { failed, summary } = await cell.run(this.kernel);
        this.say(`Cell ${cell.number}: ${summary}.`);
        if (failed && !cell.mayFail) return;
        if (!failed) keepRun(cell.name, source);
      }
      if (cells.length > 1) this.say(`Cells ${cells[0].number} to ${cells.at(-1).number} have run. Change one and run it again.`);
    });
  }

  runAll() {
    forgetRuns();
    return this.run(this.cells);
  }

  runAbove(cell) {
    return this.run(this.cells.slice(0, this.cells.indexOf(cell)));
  }

  open() {
    if (!runsOfThisVisit().length) return this.runAll();
    return this.attempt(() => this.say("What you ran in this visit has run again; its variables are there."));
  }

  reset() {
    this.kernel.stop();
    forgetRuns();
    for (const cell of this.cells) cell.reset();
    this.say("Everything is as it was stored.");
  }
}

export function open(bar) {
  return new Chapter(bar).open();
}
