// The page's side of the worker that holds Python.
export class Stopped extends Error {}

export class Kernel {
  // `needs` names the packages that the chapter needs.
  constructor(needs, showProgress) {
    Object.assign(this, { needs, showProgress });
    this.waiting = new Map();
    this.asked = 0;
  }

  // Starts Python, unless it runs. What has arrived when the connection breaks is kept for the next try.
  start() {
    if (!this.worker) {
      this.worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
      this.worker.addEventListener("message", ({ data }) => this.receive(data));
      this.worker.addEventListener("error", () => this.end(new Error("The browser could not start Python.")));
    }
    this.started ??= this.ask({ needs: this.needs }).catch((error) => {
      this.started = undefined;
      throw error;
    });
    return this.started;
  }

  // An interactive cell shows the value of each of its expressions, others that of the last one.
  async run(source, name, interactive = false) {
    await this.start();
    return this.ask({ source, name, interactive });
  }

  // Ends Python at once, whatever it does; with it go its variables.
  stop() {
    this.end(new Stopped());
  }

  end(error) {
    this.worker?.terminate();
    this.worker = this.started = undefined;
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }

  ask(message) {
    const id = ++this.asked;
    this.worker.postMessage({ id, ...message });
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }

  receive({ id, progress, result, error }) {
    if (progress) return this.showProgress(progress);
    const { resolve, reject } = this.waiting.get(id);
    this.waiting.delete(id);
    if (error) reject(new Error(error));
    else resolve(result);
  }
}
