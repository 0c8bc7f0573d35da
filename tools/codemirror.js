// The parts of CodeMirror that book/assets/run/editor.js uses; `make vendor` bundles them into one module.
export { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
export { python } from "@codemirror/lang-python";
export { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
export { EditorState } from "@codemirror/state";
export { drawSelection, EditorView, keymap } from "@codemirror/view";
export { tags } from "@lezer/highlight";
