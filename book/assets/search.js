// What Sphinx's search finds, the best first, with an excerpt of its text. Of Sphinx it takes the index and the results.
(() => {
  const LENGTH = 240;

  // All words behind each other, whatever stands between them; else any of them.
  function patternsOf(words) {
    const escaped = words.map(_escapeRegExp);
    return [escaped.join("[^\\p{L}\\p{N}]+"), escaped.join("|")].map((source) => new RegExp(source, "giu"));
  }

  const count = (text, pattern) => [...text.matchAll(pattern)].length;

  // Sphinx tells titles from texts. How often the words stand in a text, and how much of a title they are, counts too.
  function scorer([phrase]) {
    return ([page, title, anchor, , score]) => {
      const inTitle = (title.match(phrase)?.[0].length ?? 0) / title.length;
      const inText = anchor ? 0 : Math.log2(1 + count(texts[page].text, phrase));
      return Math.min(score, 15) + 20 * inTitle + 4 * inText;
    };
  }

  // A term of the glossary has the title of its page.
  const named = ([page, title, anchor, ...rest]) =>
    [page, anchor.startsWith("#term-") ? `${title} > ${anchor.slice(6).replaceAll("-", " ")}` : title, anchor, ...rest];

  function excerpt({ text, places }, anchor, patterns) {
    const section = places[anchor.slice(1)] ?? 0;
    const found = patterns.map((pattern) => text.slice(section).search(pattern)).find((place) => place >= 0) ?? 0;
    const start = found < LENGTH / 2 ? section : text.indexOf(" ", section + found - LENGTH / 2) + 1;
    const end = text.length - start > LENGTH ? text.lastIndexOf(" ", start + LENGTH) : text.length;
    return `${start ? "… " : ""}${text.slice(start, end)}${end < text.length ? " …" : ""}`;
  }

  function item([page, title, anchor], patterns, words) {
    const [entry, link, context] = ["li", "a", "p"].map((tag) => document.createElement(tag));
    link.href = `${page}${DOCUMENTATION_OPTIONS.LINK_SUFFIX}${anchor}`;
    link.innerHTML = title;
    context.className = "context";
    context.textContent = excerpt(texts[page], anchor, patterns);
    words.forEach((word) => _highlightText(context, word, "highlighted"));
    entry.append(link, context);
    return entry;
  }

  function messageOn(number) {
    if (number === 0) return "Nothing was found. Are all words spelled correctly? Fewer words find more.";
    return number === 1 ? "One place was found." : `${number} places were found, the best first.`;
  }

  Search.query = (query) => {
    const [, terms, excluded, highlighted, objects] = Search._parseQuery(query);
    const words = [...highlighted];
    const patterns = patternsOf(words);
    Scorer.score = scorer(patterns);
    const results = Search._performSearch(query, terms, excluded, highlighted, objects).reverse().map(named);
    Search.stopPulse();
    Search.title.textContent = "Search results";
    Search.status.textContent = messageOn(results.length);
    Search.output.append(...results.map((result) => item(result, patterns, words)));
  };
})();
