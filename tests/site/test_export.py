"""The PDF of the book, and the copy of the site that works from the file system."""

import re
from typing import NamedTuple

import pytest
import yaml
from browser import Visits
from built import parsed, squeezed
from paths import ROOT, SITE
from pypdf import PdfReader

from softmax_site import export
from softmax_site.export import contents, make_pdf, make_zip

# What reaches beyond the paper's inner width: 168 mm, at 96 pixels an inch.
PAPER = {"width": 635, "height": 900}
TOO_WIDE = """width => [...document.querySelectorAll(".bd-content *")].filter(element => {
    const box = element.getBoundingClientRect();
    return box.right > width + 3 && box.width > 0 && !element.closest("mjx-assistive-mml");
}).map(element => element.closest("article").id + ": " + element.textContent.slice(0, 60))"""
# What is for screen readers takes no place; the size is that of the letters, beside those of the text around.
FORMULAS = """() => [...document.querySelectorAll("mjx-container")].map(formula => {
    const [size, around] = [formula, formula.parentElement].map(each => parseFloat(getComputedStyle(each).fontSize));
    const spoken = formula.querySelector("mjx-assistive-mml");
    const { position, clip } = getComputedStyle(spoken);
    return {
        text: spoken.textContent,
        size: size / around,
        families: [...formula.querySelectorAll("mjx-c")].map(letter => getComputedStyle(letter).fontFamily),
        hidden: position === "absolute" && clip === "rect(1px, 1px, 1px, 1px)",
    };
})"""
FONTS = "() => [...document.fonts].filter(({ status }) => status === 'loaded').map(({ family }) => family)"

TOC = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
NAMES = [name for _, chapters in contents(TOC) for name in chapters]


def title(chapter):
    return parsed(f"book/{chapter}.html").select_one("article h1").get_text().removesuffix("#")


class Printed(NamedTuple):
    """The PDF, and what was seen on the page of which it was printed."""

    pdf: PdfReader
    too_wide: list
    formulas: list
    fonts: list
    messages: list


@pytest.fixture(scope="module")
def printed(browser, tmp_path_factory):
    """Print the book."""
    path = tmp_path_factory.mktemp("pdf") / "book.pdf"
    seen = []
    print_pages = export.print_pages

    def print_and_look(page):
        pdf = print_pages(page)
        page.set_viewport_size(PAPER)
        page.emulate_media(media="print")
        seen.extend([page.evaluate(TOO_WIDE, PAPER["width"]), page.evaluate(FORMULAS), page.evaluate(FONTS)])
        seen.append([message.text for message in page.console_messages() if message.type in ("error", "warning")])
        return pdf

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        patch.setattr(export, "print_pages", print_and_look)
        make_pdf(SITE, path, browser)
    return Printed(PdfReader(path), *seen)


@pytest.fixture(scope="module")
def pdf(printed):
    return printed.pdf


def pages_of(pdf, chapter):
    starts = sorted(pdf.get_destination_page_number(pdf.named_destinations[f"/{name}"]) for name in NAMES)
    first = pdf.get_destination_page_number(pdf.named_destinations[f"/{chapter}"])
    following = [start for start in starts if start > first]
    return pdf.pages[first : following[0] if following else None]


class TestPdf:
    """Of the whole book: printed once for all tests."""

    def test_outline_has_each_part_and_chapter_in_order(self, pdf):
        outline = levels(pdf.outline)
        top = [entry.title for entry, level in outline if level == 0]
        parts = [part["caption"] for part in TOC["parts"]]
        assert top == ["Contents", "The softmax book", *parts, "Solutions"]
        expected = [title(chapter) for part, chapters in contents(TOC) if part for chapter in chapters]
        found, inside = [], False
        for entry, level in outline:
            if level == 0:
                inside = entry.title in parts
            elif level == 1 and inside:
                found.append(entry.title)
        assert found == expected
        pages = [pdf.get_destination_page_number(entry) for entry, _ in outline]
        assert pages == sorted(pages)

    def test_table_of_contents_has_the_page_numbers(self, pdf):
        first, last = (starts(pdf.outline, title, pdf) for title in ("Contents", "The softmax book"))
        overview = "\n".join(page.extract_text() for page in pdf.pages[first:last])
        numbers = {squeezed(name): int(number) for name, number in re.findall(r"(?m)^(.+?)\s+(\d+)$", overview)}
        solutions = starts(pdf.outline, "Solutions", pdf)
        for entry, level in levels(pdf.outline):
            inside = pdf.get_destination_page_number(entry) < solutions
            if inside and level < 2 and squeezed(entry.title) in numbers:
                assert numbers[squeezed(entry.title)] == pdf.get_destination_page_number(entry) + 1
        assert {squeezed(title(name)) for name in NAMES} <= numbers.keys()

    def test_pages_but_the_cover_have_their_number(self, pdf):
        assert not re.search(r"\d", pdf.pages[0].extract_text())
        for number in (2, 3, len(pdf.pages) // 2, len(pdf.pages)):
            assert str(number) in pdf.pages[number - 1].extract_text().splitlines()[:2]

    @pytest.mark.parametrize("chapter", ["what-softmax-is", "frameworks", NAMES[-3]])
    def test_a_chapter_is_there_formulas_set_and_all_opened(self, pdf, chapter):
        """All but folded code: also the solutions, at the end, and each tab of code for several frameworks."""
        solutions = pdf.pages[starts(pdf.outline, "Solutions", pdf) :]
        found = squeezed(" ".join(page.extract_text() for page in [*pages_of(pdf, chapter), *solutions]))
        article = parsed(f"book/{chapter}.html").select_one("article")
        for part in article.select("h2, pre"):
            if part.find_parent("details", class_="code"):
                continue
            assert squeezed(part.get_text().removesuffix("#"))[:60] in found
        assert not re.search(r"\\(frac|sum|log|mathbf|operatorname|\(|\[)", found)

    def test_formulas_are_set_in_their_fonts(self, printed):
        assert len(printed.formulas) == sum(len(parsed(f"book/{name}.html").select(".math")) for name in NAMES)
        letters = {family for formula in printed.formulas for family in formula["families"]}
        needed = {family.strip() for families in letters for family in families.split(",")} - {"MJXZERO"}
        assert {"MJXTEX", "MJXTEX-I", "MJXTEX-S1"} <= needed <= set(printed.fonts)
        for name in NAMES:
            if parsed(f"book/{name}.html").select(".math"):
                fonts = {font for page in pages_of(printed.pdf, name) for font in map(font_name, fonts_of(page))}
                assert any("MathJax_Main" in font for font in fonts), (name, fonts)

    def test_formulas_have_the_size_of_the_text(self, printed):
        assert [formula for formula in printed.formulas if not 0.9 < formula["size"] < 1.4] == []

    def test_what_screen_readers_read_of_a_formula_is_not_printed(self, printed):
        assert [formula["text"] for formula in printed.formulas if not formula["hidden"]] == []

    def test_nothing_is_cut_at_the_right_edge(self, printed):
        assert printed.too_wide == []

    def test_no_message_appears_while_it_is_printed(self, printed):
        assert printed.messages == []

    def test_the_title_of_its_chapter_is_at_the_head_of_each_page(self, pdf):
        end = starts(pdf.outline, "Solutions", pdf)
        for chapter in ("what-softmax-is", "frameworks"):
            for page in pages_of(pdf, chapter):
                assert squeezed(page.extract_text()).startswith(squeezed(title(chapter)))
        assert all(page.extract_text().startswith("Solutions") for page in pdf.pages[end:])

    def test_solutions_stand_at_the_end(self, pdf):
        end = starts(pdf.outline, "Solutions", pdf)
        text = [squeezed(page.extract_text()) for page in pdf.pages]
        solved = sum(len(parsed(f"book/{name}.html").select("details.solution")) for name in NAMES)
        assert sum(page.count("SolutiontoExercise") for page in text[end:]) == solved > 60
        assert not any("SolutiontoExercise" in page for page in text[:end])

    def test_links_lead_inside_or_to_the_web(self, pdf):
        inside = 0
        for page in pdf.pages:
            for annotation in page.annotations or []:
                link = annotation.get_object()
                if action := link.get("/A"):
                    assert action["/URI"].startswith(("https://", "http://incompleteideas.net/"))
                else:
                    assert link["/Dest"] in pdf.named_destinations
                    inside += 1
        assert inside > 300

    def test_fonts_are_embedded(self, pdf):
        for page in pdf.pages:
            assert all(map(is_embedded, fonts_of(page)))

    def test_is_tagged_for_screen_readers(self, pdf):
        root = pdf.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"]
        assert root["/Lang"] == "en"

    def test_says_what_it_is(self, pdf):
        config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
        assert pdf.metadata.title == config["title"]
        assert pdf.metadata.author == config["author"]


def levels(outline, level=0):
    result = []
    for entry in outline:
        result += levels(entry, level + 1) if isinstance(entry, list) else [(entry, level)]
    return result


def starts(outline, title, pdf):
    """Return the page, counted from 0, on which the part of this title starts."""
    entry = next(entry for entry, _ in levels(outline) if entry.title == title)
    return pdf.get_destination_page_number(entry)


def fonts_of(page):
    return [font.get_object() for font in page["/Resources"].get("/Font", {}).values()]


def font_name(font):
    """Return the name of a font, which one of glyphs that are drawn has in its description alone."""
    return font.get("/BaseFont") or font["/FontDescriptor"]["/FontName"]


def is_embedded(font):
    if font["/Subtype"] == "/Type3":
        return "/CharProcs" in font
    if "/DescendantFonts" in font:
        return all(is_embedded(descendant.get_object()) for descendant in font["/DescendantFonts"])
    return any(key in font["/FontDescriptor"] for key in ("/FontFile", "/FontFile2", "/FontFile3"))


@pytest.fixture
def offline(browser, folder):
    visits = Visits(browser, folder.as_uri())
    yield visits
    visits.close()
    assert not visits.problems


class TestOfflineCopy:
    @staticmethod
    def open(visits, path):
        page = visits.page()
        page.goto(f"{visits.address}/{path}")
        return page

    def test_is_the_same_each_time(self, archive, tmp_path):
        again = tmp_path / "again.zip"
        make_zip(SITE, again)
        assert again.read_bytes() == archive.read_bytes()

    def test_has_every_page_and_notebook_and_no_copy_of_itself(self, folder):
        for name in NAMES:
            assert (folder / "book" / f"{name}.html").is_file()
        for notebook in (ROOT / "book").glob("*.ipynb"):
            if (SITE / "_sources" / "book" / notebook.name).exists():
                assert (folder / "_sources" / "book" / notebook.name).read_bytes() == notebook.read_bytes()
        assert not [*folder.rglob("*.zip"), *folder.rglob("*.pdf")]

    def test_first_page_leads_to_the_book(self, offline):
        page = self.open(offline, "index.html")
        page.wait_for_url("**/book/index.html")
        assert page.get_by_role("heading", level=1).inner_text().startswith("The softmax book")

    def test_math_is_set(self, offline):
        page = self.open(offline, "book/overflow.html")
        assert page.locator("mjx-container").count() > 20
        assert page.evaluate("document.fonts.load('1em MJXTEX', 'x').then((fonts) => fonts.length)") == 1

    def test_explorer_runs(self, offline):
        page = self.open(offline, "book/charts.html")
        explorer = page.locator(".softmax-explorer")
        explorer.scroll_into_view_if_needed()
        slider = explorer.get_by_role("slider").first
        before = explorer.locator("table").inner_text()
        slider.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function(
            "before => document.querySelector('.softmax-explorer table').innerText !== before", arg=before
        )

    def test_search_finds_a_chapter(self, offline):
        page = self.open(offline, "search.html?q=overflow")
        found = page.locator("#search-results a", has_text="When exponentials overflow").first
        found.click()
        page.wait_for_url("**/book/overflow.html*")
