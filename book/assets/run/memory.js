// What a reader has changed, kept in this browser until it is reset, and what was run in this visit.
const page = location.pathname;
const EDITS = `softmax-edits:${page}`;
const RUNS = `softmax-runs:${page}`;

// A browser may refuse to keep anything; cells run all the same.
function load(storage, key, otherwise) {
  try {
    return JSON.parse(storage().getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function save(storage, key, value) {
  try {
    if (Object.keys(value).length) storage().setItem(key, JSON.stringify(value));
    else storage().removeItem(key);
  } catch {
    // It is forgotten at the end of this page.
  }
}

const edits = load(() => localStorage, EDITS, {});
let runs = load(() => sessionStorage, RUNS, []);

// An edit belongs to the text that was edited: a new edition of the book drops it.
export function edited(cell, stored) {
  return edits[cell]?.stored === stored ? edits[cell].text : stored;
}

export function keepEdit(cell, stored, text) {
  if (text === stored) delete edits[cell];
  else edits[cell] = { stored, text };
  save(() => localStorage, EDITS, edits);
}

export const runsOfThisVisit = () => runs;

export function keepRun(cell, source) {
  runs.push({ cell, source });
  save(() => sessionStorage, RUNS, runs);
}

export function forgetRuns() {
  runs = [];
  save(() => sessionStorage, RUNS, runs);
}
