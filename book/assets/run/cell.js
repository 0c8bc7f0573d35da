// A cell of the page: its code in an editor, buttons, and below the stored output that of the reader's run.
import { edit } from "./editor.js";
import { button, element } from "./elements.js";
import { edited, keepEdit } from "./memory.js";
import { isAsStored, show, summary } from "./output.js";

// What is typed in a session with prompts and answers.
function typed(session) {
  const lines = session.split("\n").filter((line) => /^(>>>|\.\.\.)/.test(line));
  return lines.map((line) => line.slice(4)).join("\n");
}

export class Cell {
  constructor(place, number, chapter) {
    Object.assign(this, { place, number, chapter, name: `cell ${number}` });
    this.mayFail = place.classList.contains("tag_raises-exception");
    const pre = place.querySelector(".cell_input pre");
    this.interactive = place.classList.contains("session");
    const text = pre.textContent.replace(/\n+$/, "");
    this.stored = this.interactive ? typed(text) : text;
    const run = () => chapter.run([this]);
    const keys = { "Shift-Enter": run, "Mod-Enter": run };
    this.editor = edit(pre, edited(this.name, this.stored), `Code of cell ${number}`, keys, () => this.change());
    this.runButton = button("Run", `Run cell ${number}`, run);
    this.stopButton = button("Stop", `Stop cell ${number}`, () => chapter.kernel.stop());
    this.aboveButton = button("Run all above", `Run all above cell ${number}`, () => chapter.runAbove(this));
    this.resetButton = button("Reset", `Reset cell ${number}`, () => this.reset());
    const buttons = element("div", "run-buttons");
    buttons.append(this.runButton, this.stopButton);
    if (number > 1) buttons.append(this.aboveButton);
    buttons.append(this.resetButton);
    place.querySelector(".cell_input").append(buttons);
    place.classList.add("run-cell");
    this.setRunning(false);
    this.change();
  }

  get source() {
    return this.editor.state.doc.toString();
  }

  change() {
    keepEdit(this.name, this.stored, this.source);
    this.resetButton.hidden = this.source === this.stored && !this.output;
  }

  setBusy(busy) {
    this.runButton.disabled = this.aboveButton.disabled = busy;
  }

  // Of the two buttons one is there; the focus stays where it was.
  setRunning(running) {
    const focused = [this.runButton, this.stopButton].includes(document.activeElement);
    this.runButton.hidden = running;
    this.stopButton.hidden = !running;
    if (focused) (running ? this.stopButton : this.runButton).focus();
  }

  async run(kernel) {
    this.setRunning(true);
    try {
      const outputs = await kernel.run(this.source, this.name, this.interactive);
      const same = this.source === this.stored && (await isAsStored(outputs, this.place));
      this.showOutput(outputs, same);
      return { failed: outputs.some(({ kind }) => kind === "error"), summary: summary(outputs, same) };
    } finally {
      this.setRunning(false);
    }
  }

  showOutput(outputs, same) {
    this.removeOutput();
    this.output = show(outputs, same, this.number);
    this.place.append(this.output);
    this.change();
  }

  removeOutput() {
    this.output?.remove();
    this.output = undefined;
  }

  reset() {
    this.removeOutput();
    this.editor.dispatch({ changes: { from: 0, to: this.editor.state.doc.length, insert: this.stored } });
    this.change();
  }
}
