"""A page whose cells run, used as a reader would: before the click, after it, and when something goes wrong."""

import gzip
import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import SITE_ROOT, Visits, cells_run
from paths import ROOT, SITE
from playwright.sync_api import expect

from softmax_site import kernel
from softmax_site.notebooks import code_cells, read

pytestmark = cells_run
PLACE = "book/worked-example.html"
CELLS = code_cells(read(ROOT / "book" / "worked-example.ipynb"))
# The first that is open, and the first with a chart, counted from 1.
OPEN = next(n for n, cell in enumerate(CELLS, 1) if "hide-input" not in cell.metadata.get("tags", []))
CHART = next(n for n, cell in enumerate(CELLS, 1) if "plt.show" in cell.source)
SLOW = 60_000  # milliseconds: Python starts
NUMPY = re.compile("wheels/numpy-")
READY = "have run|has run again"
ENDLESS = "while True: pass"


class Reader:
    """Uses the control of a page."""

    def __init__(self, page):
        self.page = page
        self.bar = page.locator(".run")
        self.status = self.bar.get_by_role("status")
        self.requests = []
        page.on("request", lambda request: self.requests.append(request.url))

    def button(self, name):
        return self.page.get_by_role("button", name=name, exact=True)

    def start(self):
        self.button("Run this page").click()
        return self.wait(READY)

    def wait(self, pattern):
        expect(self.status).to_contain_text(re.compile(pattern), timeout=SLOW)
        return self

    def open_all(self):
        """Open what is folded."""
        summaries = self.page.locator("details:not([open]) > summary")
        while summaries.count():
            summaries.first.click()

    def editor(self, cell):
        return self.page.get_by_role("textbox", name=f"Code of cell {cell}", exact=True)

    def write(self, cell, code):
        self.editor(cell).click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(code)

    def append(self, cell, line):
        self.editor(cell).click()
        self.page.keyboard.press("Control+End")
        self.page.keyboard.type(f"\n{line}")

    def run(self, cell, code):
        self.write(cell, code)
        return self.run_focused(cell)

    def run_focused(self, cell):
        self.page.keyboard.press("Shift+Enter")
        return self.wait(f"^Cell {cell}: ")

    def output(self, cell):
        """The output of a run, also where it is folded."""
        return self.page.locator(f"[aria-label='Your output of cell {cell}']")


@pytest.fixture(scope="module")
def visits_of_desk(browser, address):
    visits = Visits(browser, address)
    yield visits
    visits.close()
    assert not visits.problems


@pytest.fixture(scope="module")
def desk(visits_of_desk):
    """A page on which all cells have run, and which the tests of a class use one after the other."""
    return Reader(visits_of_desk.open(PLACE, viewport={"width": 1280, "height": 900})).start()


@pytest.fixture
def fresh(visits):
    return Reader(visits.open(PLACE))


class TestBeforeTheClick:
    def test_nothing_is_loaded(self, fresh):
        fresh.page.reload(wait_until="networkidle")
        assert fresh.button("Run this page").is_enabled()
        loaded = [url for url in fresh.requests if re.search("_static/(run|kernel|wheels|vendor/codemirror)/", url)]
        assert {url.rpartition("/")[2] for url in loaded} == {"start.js"}

    def test_a_chapter_that_cannot_run_says_what_it_needs(self, visits):
        bar = visits.open("book/images.html").locator(".run")
        expect(bar).to_contain_text("which needs PyTorch and scikit-learn")
        expect(bar.get_by_role("button")).to_have_count(0)

    def test_without_scripts_there_is_no_control(self, visits):
        expect(visits.open(PLACE, java_script_enabled=False).locator(".run")).to_be_hidden()

    def test_the_copy_in_a_folder_has_none(self, visits, folder):
        page = visits.page()
        page.goto((folder / PLACE).as_uri())
        expect(page.locator(".run")).to_be_hidden()
        assert not [path for path in folder.rglob("*") if path.suffix in (".whl", ".wasm", ".packed")]

    def test_is_not_printed(self, fresh):
        fresh.page.emulate_media(media="print")
        expect(fresh.bar).to_be_hidden()


class TestAfterTheClick:
    """In this order: the first tests look at the page before the others change it."""

    def test_every_cell_shows_that_its_output_is_the_stored_one(self, desk):
        for cell in range(1, len(CELLS) + 1):
            title = "Your output is the same." if CELLS[cell - 1].outputs else "Your run printed nothing."
            assert desk.output(cell).text_content() == title

    def test_each_file_is_loaded_once(self, desk):
        kernel_files = [url for url in desk.requests if "/kernel/" in url or "/wheels/" in url]
        scripts = [url for url in kernel_files if ".mjs" in url]
        others = [url for url in kernel_files if url not in scripts]
        assert len(others) == len(set(others)) >= 13

    def test_axe_finds_nothing(self, desk):
        violations = Axe().run(desk.page, "article", {"preload": False}).response["violations"]
        assert [(found["id"], node["html"]) for found in violations for node in found["nodes"]] == []

    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_chart_is_drawn_for_the_theme(self, desk, theme):
        desk.open_all()
        desk.page.emulate_media(color_scheme=theme)
        desk.append(CHART, "# Changed.")
        desk.run_focused(CHART)
        charts = desk.output(CHART).get_by_role("img")
        visible = [chart for chart in charts.all() if chart.is_visible()]
        assert len(visible) == 1
        assert ("e8e4dc" in visible[0].get_attribute("src")) == (theme == "dark")
        assert visible[0].evaluate("chart => chart.naturalWidth") > 300

    def test_a_changed_cell_runs_by_the_keyboard(self, desk):
        desk.run(OPEN, "print(6 * 7)\n'value'")
        expect(desk.output(OPEN)).to_contain_text("42\n'value'")
        expect(desk.status).to_have_text(f"Cell {OPEN}: your output is below the stored one.")

    def test_an_error_has_its_message_and_line(self, desk):
        desk.run(OPEN, "one = 1\none / 0")
        expect(desk.output(OPEN)).to_contain_text("ZeroDivisionError in line 2\ndivision by zero")
        expect(desk.status).to_have_text(f"Cell {OPEN}: ZeroDivisionError in line 2.")

    def test_code_that_cannot_be_parsed_has_its_line(self, desk):
        desk.run(OPEN, "one = 1\none =")
        expect(desk.output(OPEN)).to_contain_text("SyntaxError in line 2")

    def test_run_all_above_uses_changed_cells(self, desk):
        desk.open_all()
        desk.append(1, "changed = 'by the reader'")
        desk.button(f"Run all above cell {OPEN}").click()
        desk.wait(READY)
        desk.run(OPEN, "print(changed)")
        expect(desk.output(OPEN)).to_contain_text("by the reader")

    def test_reset_brings_back_code_and_output(self, desk):
        desk.run(OPEN, "print('mine')")
        desk.button(f"Reset cell {OPEN}").click()
        expect(desk.output(OPEN)).to_have_count(0)
        lines = desk.editor(OPEN).locator(".cm-line").all_text_contents()
        assert "\n".join(lines) == CELLS[OPEN - 1].source

    def test_tab_leaves_the_editor(self, desk):
        desk.editor(OPEN).click()
        desk.page.keyboard.press("Tab")
        expect(desk.button(f"Run cell {OPEN}")).to_be_focused()

    def test_an_endless_loop_ends_and_variables_come_back(self, desk, visits_of_desk):
        desk.run(OPEN, "kept = 'still here'")
        desk.write(OPEN, ENDLESS)
        desk.page.keyboard.press("Shift+Enter")
        desk.page.keyboard.press("Tab")
        expect(desk.button(f"Stop cell {OPEN}")).to_be_focused()
        desk.page.keyboard.press("Enter")
        desk.wait("^Stopped")
        desk.run(OPEN, "print(kept)")
        expect(desk.output(OPEN)).to_contain_text("still here")
        # Chromium gives what is typed over a keyword its colour. The policy refuses that, and CodeMirror draws it anew.
        visits_of_desk.expect("Applying inline style violates")


class TestKept:
    def test_edits_and_variables_survive_other_pages_of_a_visit(self, visits):
        reader = Reader(visits.open(PLACE)).start()
        reader.run(OPEN, "kept = 'of this visit'")
        reader.page.goto(f"{visits.address}{SITE_ROOT}book/charts.html")
        reader.page.go_back()
        reader.start()
        expect(reader.editor(OPEN)).to_contain_text("kept = 'of this visit'")
        reader.run(OPEN, "print(kept)")
        expect(reader.output(OPEN)).to_contain_text("of this visit")
        reader.button("Reset all").click()
        reader.page.reload()
        assert reader.page.evaluate("Object.keys(localStorage).filter((key) => key.includes('edits'))") == []


class TestWhatGoesWrong:
    def test_a_wrong_file_is_refused(self, fresh):
        fresh.page.context.route(NUMPY, lambda route: route.fulfill(body=b"something else"))
        fresh.button("Run this page").click()
        fresh.wait("numpy is not the file that this edition of the book was built with")
        assert fresh.page.locator(".run-output").count() == 0

    def test_a_lost_connection_is_tried_again(self, fresh):
        left = [2]

        def lose(route):
            left[0] -= 1
            route.abort() if left[0] >= 0 else route.continue_()

        fresh.page.context.route(NUMPY, lose)
        fresh.start()

    def test_a_lost_connection_is_reported_and_the_rest_is_kept(self, fresh):
        fresh.page.context.route(NUMPY, lambda route: route.abort())
        fresh.button("Run this page").click()
        fresh.wait("The connection was lost")
        fresh.wait("numpy did not arrive")
        fresh.page.context.unroute(NUMPY)
        fresh.requests.clear()
        fresh.button("Run all").click()
        fresh.wait(READY)
        assert [url for url in fresh.requests if url.endswith(".whl")] == [
            url for url in fresh.requests if NUMPY.search(url)
        ]


def test_phone(visits):
    page = visits.open(PLACE, viewport={"width": 360, "height": 700}, has_touch=True, is_mobile=True)
    reader = Reader(page)
    reader.button("Run this page").tap()
    reader.wait(READY)
    reader.editor(OPEN).tap()
    page.keyboard.press("Control+a")
    page.keyboard.type("print('a long line of output. ' * 9)")
    reader.button(f"Run cell {OPEN}").tap()
    reader.wait(f"^Cell {OPEN}: ")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for button in reader.bar.get_by_role("button").all():
        assert button.bounding_box()["height"] >= 44


def listed():
    """Yield each file of the site's list, and its content."""
    for file in json.loads((SITE / "_static" / kernel.LIST).read_text("utf-8"))["files"]:
        yield file, (SITE / "_static" / file["path"].partition("?")[0]).read_bytes()


def test_the_list_names_the_files_of_the_site():
    for file, content in listed():
        assert (kernel.digest(content), len(content)) == (file["sha256"], file["bytes"])


@pytest.mark.parametrize(("packages", "megabytes"), [(["numpy"], 10), (["numpy", "matplotlib"], 15)])
def test_as_a_server_compresses_it_the_download_is_no_larger(packages, megabytes):
    wheels = {wheel for package in packages for wheel in kernel.PACKAGES[package]}
    needed = [content for file, content in listed() if file.get("always") or file["name"] in wheels]
    assert sum(len(gzip.compress(content)) for content in needed) < megabytes * 1e6
