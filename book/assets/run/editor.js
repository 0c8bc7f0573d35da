// An editor in place of a cell's code. It stands in a shadow root, where CodeMirror's styles need no inline style sheet.
import {
  bracketMatching,
  defaultKeymap,
  drawSelection,
  EditorState,
  EditorView,
  HighlightStyle,
  history,
  historyKeymap,
  indentUnit,
  keymap,
  python,
  syntaxHighlighting,
  tags,
} from "../vendor/codemirror/codemirror.js";

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.bool, tags.null], color: "var(--k-word)" },
  { tag: tags.string, color: "var(--k-string)" },
  { tag: tags.number, color: "var(--k-number)" },
  { tag: tags.comment, color: "var(--ink3)" },
]);

const theme = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--panel)", font: "inherit", borderRadius: "var(--r2)" },
  "&.cm-focused": { outline: "3px solid var(--accent)" },
  ".cm-scroller": { font: "inherit", lineHeight: "inherit" },
  ".cm-content": { padding: "0.75rem 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 1rem" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 30%, transparent)",
  },
});

// `keys` are functions by the keys that call them.
export function edit(pre, text, label, keys, changed) {
  const host = document.createElement("div");
  host.className = "run-editor";
  const style = getComputedStyle(pre);
  for (const name of ["fontFamily", "fontSize", "lineHeight"]) host.style[name] = style[name];
  // What is typed here is no shortcut of the page, as the slash of the search is.
  host.addEventListener("keydown", (event) => event.stopPropagation());
  const root = host.attachShadow({ mode: "open" });
  const bindings = Object.entries(keys).map(([key, run]) => ({ key, run: () => (run(), true), preventDefault: true }));
  const view = new EditorView({
    root,
    parent: root,
    doc: text,
    extensions: [
      keymap.of([...bindings, ...historyKeymap, ...defaultKeymap]),
      history(),
      drawSelection(),
      bracketMatching(),
      indentUnit.of("    "),
      EditorState.tabSize.of(4),
      python(),
      syntaxHighlighting(colours),
      theme,
      EditorView.contentAttributes.of({ "aria-label": label, autocapitalize: "off", spellcheck: "false" }),
      EditorView.updateListener.of(({ docChanged }) => docChanged && changed()),
    ],
  });
  pre.closest(".cell_input").append(host);
  return view;
}
