"""The book's own faces have the letters that the book uses."""

from bs4 import NavigableString
from built import PAGES, parsed

FACES = ["Book Serif", "Book Sans", "Book Mono"]
# A name, symbols, and what docstrings say in the letters of formulas: the fonts of the system have them.
FALL_BACK = set("Ł∞√σᵀ")
# Formulas have MathJax's fonts, and the icons of the theme are drawings.
OTHERS = {"script", "style", "svg", "math", "mjx-container"}
# The faces under names of their own, as those of the page are not used where they came late.
LOAD = """() => {
    const ours = [];
    for (const { cssRules, href } of document.styleSheets) for (const rule of cssRules) {
        if (!(rule instanceof CSSFontFaceRule)) continue;
        const of = (name) => rule.style.getPropertyValue(name);
        const [family, style, src] = [of("font-family"), of("font-style"), of("src")];
        const found = src.match(/url\\("(.+?)"\\)/);
        const name = family.replaceAll('"', "");
        if (!name.startsWith("Book ") || !found) continue;
        const face = new FontFace(`Loaded ${name}`, `url("${new URL(found[1], href)}")`, style ? { style } : {});
        document.fonts.add(face);
        ours.push(face.load());
    }
    return Promise.all(ours).then(() => ours.length);
}"""
WRITE = """([letters, faces]) => {
    const line = document.querySelector("article").appendChild(document.createElement("p"));
    for (const face of faces) for (const letter of letters) {
        const place = line.appendChild(document.createElement("span"));
        place.className = "letter";
        place.style.fontFamily = `"Loaded ${face}"`;
        place.textContent = letter;
    }
    return document.fonts.ready.then(() => line.textContent.length);
}"""


def letters(page):
    """Return the letters of a page, but for those of formulas."""
    return {
        letter
        for text in parsed(page).body.find_all(string=True)
        if type(text) is NavigableString and not OTHERS & {parent.name for parent in text.parents}
        for letter in text
        if not letter.isspace()
    }


def test_every_letter_of_the_book_is_drawn_by_each_face(visits):
    used = sorted(set.union(*(letters(page) for page in [*PAGES, "404.html"] if page != "index.html")))
    assert len(used) > 90
    page = visits.open("book/glossary.html")
    assert page.evaluate(LOAD) > len(FACES)  # The serif face has an italic.
    assert page.evaluate(WRITE, [used, FACES]) == len(used) * len(FACES)
    session = page.context.new_cdp_session(page)
    for domain in ("DOM", "CSS"):
        session.send(f"{domain}.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    places = session.send("DOM.querySelectorAll", {"nodeId": root, "selector": ".letter"})["nodeIds"]
    strange = set()
    for letter, place in zip(used * len(FACES), places, strict=True):
        fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": place})["fonts"]
        if not all(font["isCustomFont"] for font in fonts):
            strange.add(letter)
    assert strange == FALL_BACK
