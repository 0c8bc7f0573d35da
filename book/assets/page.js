// What every page needs within its security policy, which refuses inline handlers.
(() => {
  // The keyboard scrolls what it can reach. The theme sees to code and tables.
  const scrolling = new ResizeObserver((entries) => {
    for (const { target } of entries) target.tabIndex = target.scrollWidth > target.clientWidth ? 0 : -1;
  });
  document.querySelectorAll("mjx-container[display]").forEach((formula) => scrolling.observe(formula));

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
