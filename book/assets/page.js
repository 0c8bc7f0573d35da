// What every page needs within its security policy, which refuses inline handlers.
(() => {
  // The keyboard scrolls what it can reach. What is folded has no width, and is looked at when it opens.
  const scrolling = new ResizeObserver((entries) => {
    const wide = entries.map(({ target }) => target.scrollWidth > target.clientWidth);
    entries.forEach(({ target }, i) => (target.tabIndex = wide[i] ? 0 : -1));
  });
  const scrolled = "pre, .cell_output > .output, .pst-scrollable-table-container, mjx-container[display]";
  document.querySelectorAll(scrolled).forEach((part) => scrolling.observe(part));

  // A link to a formula or a figure of this page shows a copy of it, as one to the glossary shows what a term means.
  function preview({ target }) {
    const link = target.closest?.("article a.reference[href^='#']:not(.term > *)");
    const place = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!place?.matches("figure, .math")) return;
    const copy = place.cloneNode(true);
    for (const part of [copy, ...copy.querySelectorAll("[id], [tabindex]")]) {
      part.removeAttribute("id");
      part.removeAttribute("tabindex");
    }
    copy.querySelectorAll("a.headerlink").forEach((anchor) => anchor.remove());
    const [term, tip] = ["term", "tip"].map((name) => Object.assign(document.createElement("span"), { className: name }));
    tip.ariaHidden = "true";
    tip.append(copy);
    const focused = link === document.activeElement;
    link.replaceWith(term);
    term.append(link, tip);
    if (focused) link.focus();
  }

  for (const kind of ["pointerover", "focusin"]) document.addEventListener(kind, preview);

  // Escape closes what is shown, until it is pointed at again.
  addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    document.querySelectorAll(".term:is(:hover, :focus-within)").forEach((term) => {
      const open = () => term.classList.remove("is-closed");
      term.classList.add("is-closed");
      for (const kind of ["pointerleave", "focusout"]) term.addEventListener(kind, open, { once: true });
    });
  });

  // On paper nothing can be opened, and nothing is dark.
  const root = document.documentElement;
  const closed = [];
  let theme;
  addEventListener("beforeprint", () => {
    closed.push(...document.querySelectorAll("details:not([open])"));
    for (const details of closed) details.open = true;
    theme = root.dataset.theme;
    root.dataset.theme = "light";
  });
  addEventListener("afterprint", () => {
    for (const details of closed.splice(0)) details.open = false;
    root.dataset.theme = theme;
  });

  document.querySelector(".btn-download-pdf-button")?.addEventListener("click", () => window.print());
})();
