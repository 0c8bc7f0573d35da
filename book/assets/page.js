// What every page needs within its security policy, which refuses inline handlers and styles.
(() => {
  // MathJax would write its rules as the text of a style. Here they go into an empty one, whose hash the policy knows.
  function addStyleSheet() {
    const sheet = this.documentStyleSheet();
    if (!sheet.parentNode) {
      sheet.textContent = "";
      document.head.append(sheet);
      this.adaptor.insertRules(sheet, this.outputJax.cssStyles.getStyleRules());
    }
  }

  // The keyboard scrolls what it can reach. The theme sees to code and tables.
  const scrolling = new ResizeObserver((entries) => {
    for (const math of entries.map(({ target }) => target.closest("mjx-container")))
      math.tabIndex = math.scrollWidth > math.clientWidth ? 0 : -1;
  });

  // Formulas are set in turns of so many milliseconds, those on the screen first. In between the page answers.
  const TURN = 8;

  const away = ({ top, bottom }) => Math.max(0, top - innerHeight, -bottom);

  async function setFormulas() {
    const places = [...document.querySelectorAll(".math")]
      .map((place) => ({ place, distance: away(place.getBoundingClientRect()) }))
      .sort((one, other) => one.distance - other.distance);
    let start = 0;
    for (const { place } of places) {
      if (performance.now() - start > TURN) {
        await new Promise((resolve) => setTimeout(resolve));
        start = performance.now();
      }
      await window.MathJax.typesetPromise([place]);
      // The inner one grows when its font arrives.
      const parts = place.querySelectorAll("mjx-container[display], mjx-container[display] > mjx-math");
      parts.forEach((part) => scrolling.observe(part));
    }
  }

  if (window.MathJax) {
    window.MathJax.startup = {
      ready() {
        const { startup } = window.MathJax;
        startup.defaultReady();
        startup.document.addStyleSheet = addStyleSheet;
      },
      pageReady: setFormulas,
    };
  }

  // On paper nothing can be opened.
  const closed = [];
  addEventListener("beforeprint", () => {
    closed.push(...document.querySelectorAll("details:not([open])"));
    for (const details of closed) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of closed.splice(0)) details.open = false;
  });

  document.querySelector(".btn-download-pdf-button")?.addEventListener("click", () => window.print());
})();
