// The output of a run: shown beside the stored one, marked as the reader's, and compared with it.
import { element } from "./elements.js";

const printed = (outputs) =>
  outputs
    .filter(({ kind }) => kind === "text")
    .map(({ text }) => text)
    .join("");

export function summary(outputs, same) {
  const error = outputs.find(({ kind }) => kind === "error");
  if (error) return headline(error);
  if (!outputs.length) return "done, without output";
  return same ? "your output is the stored one" : "your output is below the stored one";
}

function headline({ name, line }) {
  return line ? `${name} in line ${line}` : name;
}

// Whether the outputs, of unchanged code, are what stands on the page.
export async function isAsStored(outputs, cell) {
  const text = Array.from(cell.querySelectorAll(".cell_output .output pre"), (pre) => pre.textContent).join("");
  const charts = Array.from(cell.querySelectorAll(".cell_output img:not(.only-dark)"), async (image) => {
    const response = await fetch(image.src);
    return response.text();
  });
  const drawn = outputs.filter(({ kind }) => kind === "chart").map(({ light }) => light);
  const lines = (value) => value.trim().split(/\s*\n/).join("\n");
  const wanted = (await Promise.all(charts)).map(lines);
  const failed = outputs.some(({ kind }) => kind === "error");
  return !failed && lines(printed(outputs)) === lines(text) && String(drawn.map(lines)) === String(wanted);
}

const shown = {
  text({ text }) {
    const pre = element("pre", "", text);
    pre.tabIndex = 0; // The keyboard scrolls what it can reach.
    return [pre];
  },
  chart({ light, dark }) {
    return dark ? [image(light, "only-light"), image(dark, "only-dark")] : [image(light, "")];
  },
  error(error) {
    const pre = element("pre", "run-problem", `${headline(error)}\n${error.message}`);
    pre.tabIndex = 0;
    return [pre];
  },
};

function image(svg, className) {
  const source = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  return Object.assign(element("img", className), { src: source, alt: "The chart that your code has drawn." });
}

function title(outputs, same) {
  if (!outputs.length) return "Your run printed nothing.";
  return same ? "Your output is the same." : "Your output";
}

export function show(outputs, same, number) {
  const place = element("div", "run-output cell_output");
  place.role = "group";
  place.ariaLabel = `Your output of cell ${number}`;
  place.append(element("p", "run-title", title(outputs, same)));
  if (!same) place.append(...outputs.flatMap((output) => shown[output.kind](output)));
  return place;
}
