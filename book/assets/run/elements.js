// Elements and buttons of the control.
export function element(name, className, text = "") {
  return Object.assign(document.createElement(name), { className, textContent: text });
}

export function button(text, label, press) {
  const result = Object.assign(element("button", "", text), { type: "button", ariaLabel: label });
  result.addEventListener("click", press);
  return result;
}
