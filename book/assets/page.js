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
    for (const { target } of entries) target.tabIndex = target.scrollWidth > target.clientWidth ? 0 : -1;
  });

  if (window.MathJax) {
    // Its menu, which is off, would still write its styles.
    window.MathJax.options.MenuClass = class {
      settings = {};
      menu = { store: { sort() {} } };
    };
    window.MathJax.startup = {
      ready() {
        const { startup } = window.MathJax;
        startup.defaultReady();
        startup.document.addStyleSheet = addStyleSheet;
        startup.promise.then(() => {
          document.querySelectorAll("mjx-container[display]").forEach((math) => scrolling.observe(math));
        });
      },
    };
  }

  document.querySelector(".btn-download-pdf-button")?.addEventListener("click", () => window.print());
})();
