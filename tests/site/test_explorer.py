"""The pictures that move: their arithmetic beside softmax_lib, and what a reader can do with them in a browser."""

import re
import unicodedata
from urllib.parse import parse_qsl

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import POLICY, Visits, parsed
from paths import ROOT, SITE

from softmax_lib import SoftmaxState, cross_entropy, cross_entropy_grad, logsumexp, naive_softmax, softmax, softmax_vjp

PLACES = {
    "book/index.html": "bars",
    "book/charts.html": "bars",
    "book/cross-entropy.html": "simplex",
    "book/overflow.html": "overflow",
    "book/one-pass.html": "stream",
}
TYPES = ["float64", "float32", "float16"]

every_place = pytest.mark.parametrize("place", PLACES)
every_type = pytest.mark.parametrize("dtype", TYPES)


@pytest.fixture(scope="module")
def arithmetic(browser):
    """Return a function that evaluates an expression with softmax.js, for an argument `x`."""
    page = browser.new_page()
    page.add_script_tag(path=ROOT / "book" / "assets" / "explorer" / "softmax.js")
    yield lambda expression, x=None: page.evaluate(f"(x) => {expression}", x)
    page.close()


TEMPERATURES = [1.0, 0.0, 5e-324, 1e-300, 1e-9, 0.01, 0.5, 2.0, 100.0]


def hard_rows(dtype):
    """Yield logits of a type and temperatures: random and extreme ones, ties, masks."""
    rng = np.random.default_rng(0)
    largest = float(np.finfo(dtype).max)
    scales = [scale for scale in 10.0 ** np.array([-300, -5, 0, 1, 2, 3, 4, 30, 300, 307.5]) if scale < largest / 8]
    for scale in scales:
        for temperature in TEMPERATURES:
            for n in (2, 3, 5, 8, 9, 10):
                for _ in range(4):
                    yield rng.normal(0, scale, n), temperature
                yield rng.integers(-2, 3, n) * scale, temperature
                yield np.where(rng.random(n) < 0.5, -np.inf, rng.normal(0, scale, n)), temperature
    for limit in (np.log(largest), np.log(float(np.finfo(dtype).smallest_subnormal))):
        for n in (2, 5, 10):
            for _ in range(100):
                yield limit + rng.normal(0, 3, n), 1.0


def results(arithmetic, dtype, formula):
    """Yield logits and temperatures in their type, and what the browser makes of them."""
    rows = [(z.astype(dtype), np.dtype(dtype).type(temperature)) for z, temperature in hard_rows(dtype)]
    cases = [[z.tolist(), float(temperature)] for z, temperature in rows]
    options = f'{{ T, formula: "{formula}", type: "{dtype}" }}'
    found = arithmetic(f"x.map(([z, T]) => Softmax.softmax(z, {options}))", cases)
    assert len(found) > 2000
    for (z, temperature), result in zip(rows, found, strict=True):
        rounded = {name: np.array(value, dtype) for name, value in result.items()}
        for name, value in result.items():
            assert np.array_equal(rounded[name], np.array(value, float), equal_nan=True), name
        yield z, temperature, rounded


class TestArithmetic:
    def test_rounds_to_half_precision(self, arithmetic):
        rng = np.random.default_rng(0)
        x = rng.normal(size=5000) * 2.0 ** rng.integers(-30, 20, 5000)
        halfway = np.arange(4096) * 2.0 ** rng.integers(-25, 6, 4096)
        edges = [0.0, -0.0, np.inf, -np.inf, np.nan, 65504, 65519.999, 65520, -65520, 1e308, 2**-25, 2**-25 * 1.001]
        x = np.concatenate([x, halfway, edges])
        with np.errstate(over="ignore"):
            expected = x.astype(np.float16)
        found = arithmetic("x.map(Softmax.types.float16.round)", x.tolist())
        assert np.array_equal(np.array(found), expected, equal_nan=True)

    @every_type
    def test_stable_softmax(self, arithmetic, dtype):
        """Beside softmax_lib in a wider type, within the error that rounding each exponent and each share allows."""
        info = np.finfo(dtype)
        for z, temperature, result in results(arithmetic, dtype, "stable"):
            with np.errstate(all="ignore"):
                if temperature > 0:
                    assert np.array_equal(result["exponents"], (z - z.max()) / temperature, equal_nan=True)
                differences = z.astype(np.longdouble) - z.max()
                limit = np.where(differences == 0, 0, -np.inf)
                exponents = differences / temperature if temperature > 0 else limit
                expected = softmax(exponents) if z.max() > -np.inf else np.full(len(z), np.nan)
                depth = np.where(expected > 0, np.abs(exponents), 0)
            allowed = expected * (2 * depth + 2 * len(z) + 4) * info.eps / 2 + 2 * info.smallest_subnormal
            error = np.abs(result["p"] - expected)
            assert np.array_equal(np.isnan(result["p"]), np.isnan(expected)), (z, temperature)
            assert np.all((error <= allowed) | np.isnan(expected)), (z, temperature)

    @every_type
    def test_naive_softmax_breaks_where_numpy_breaks(self, arithmetic, dtype):
        broken = 0
        for z, temperature, result in results(arithmetic, dtype, "naive"):
            with np.errstate(all="ignore"):
                exponents = z / temperature
                powers, expected = np.exp(exponents), naive_softmax(exponents)
                assert np.array_equal(result["exponents"], exponents, equal_nan=True)
                close = np.abs(result["exponentials"] - powers) <= 4 * np.spacing(powers)
                assert np.all(close | (result["exponentials"] == powers) | np.isnan(powers)), (z, temperature)
                total = np.sum(result["exponentials"])
                tolerance = 0 if len(z) < 8 else len(z) * np.finfo(dtype).eps  # NumPy adds up eight or more in pairs.
                assert np.isclose(result["sum"], total, rtol=tolerance, atol=0, equal_nan=True)
                quotients = result["exponentials"] / result["sum"]
                assert np.array_equal(result["p"], quotients, equal_nan=True)
            assert np.array_equal(np.isnan(result["p"]), np.isnan(expected)), (z, temperature)
            broken += np.isnan(expected).any()
        assert broken > 500

    @every_type
    def test_knows_the_range_of_exp(self, arithmetic, dtype):
        low, high = arithmetic(f'Softmax.expRange("{dtype}")')
        inside = np.array([low * (1 - 1e-3), high * (1 - 1e-3)], dtype)
        outside = np.array([low * (1 + 1e-3), high * (1 + 1e-3)], dtype)
        with np.errstate(all="ignore"):
            assert np.all((np.exp(inside) > 0) & (np.exp(inside) < np.inf))
            assert np.array_equal(np.exp(outside), [0, np.inf])

    def test_entropy(self, arithmetic):
        p = softmax(np.random.default_rng(0).normal(0, 3, (500, 6)))
        expected = -np.sum(p * np.log(p), axis=-1)
        assert np.allclose(arithmetic("x.map(Softmax.entropy)", p.tolist()), expected, rtol=1e-13)
        assert arithmetic("Softmax.entropy([1, 0])") == 0

    def test_gradients(self, arithmetic):
        z = np.random.default_rng(0).normal(0, 3, (500, 3))
        p, truth = softmax(z), np.eye(3)[1]
        found = arithmetic('x.map((p) => Softmax.gradients["cross-entropy"](p, 1))', p.tolist())
        assert np.allclose(found, [cross_entropy_grad(row, 1) for row in z], atol=1e-15)
        found = arithmetic('x.map((p) => Softmax.gradients["squared error"](p, 1))', p.tolist())
        assert np.allclose(found, softmax_vjp(z, 2 * (p - truth)), atol=1e-15)

    @pytest.mark.parametrize("scale", [1.0, 1e3, 1e300])
    def test_states_merge_in_any_grouping(self, arithmetic, scale):
        rng = np.random.default_rng(0)
        rows = [np.where(rng.random(n) < 0.1, -np.inf, rng.normal(0, scale, n)) for n in rng.integers(1, 30, 300)]
        inputs = [row.tolist() for row in rows]
        forwards = arithmetic("x.map((z) => z.map(Softmax.stateOf).reduce(Softmax.merge))", inputs)
        backwards = arithmetic(
            "x.map((z) => z.map(Softmax.stateOf).reduceRight((a, b) => Softmax.merge(b, a)))", inputs
        )
        for row, *states in zip(rows, forwards, backwards, strict=True):
            expected = SoftmaxState.of(row)
            for state in states:
                assert state["maximum"] == expected.maximum
                total = 1 + expected.tail if expected.maximum > -np.inf else 0
                assert np.isclose(state["sum"], total, rtol=1e-13)
        sums = arithmetic("x.map((z) => Softmax.logSumExp(z.map(Softmax.stateOf).reduce(Softmax.merge)))", inputs)
        assert np.allclose(sums, [logsumexp(row) for row in rows], rtol=1e-13)


class TestStillPicture:
    """What stands on a page before, and without, JavaScript."""

    @every_place
    def test_is_a_described_chart_and_a_table(self, place):
        still = parsed(place).select_one("[data-explorer]")
        assert still["data-explorer"].startswith(f"{PLACES[place]}?")
        assert re.search(r"\d", still.img["alt"])
        assert (SITE / place).parent.joinpath(still.img["src"]).is_file()
        assert len(still.select("tbody tr")) >= 3

    def test_table_is_computed(self):
        rows = parsed("book/index.html").select("[data-explorer] tbody tr")
        shown = [[number(cell.text) for cell in row.find_all("td")] for row in rows]
        z, exponentials, p = np.array(shown).T
        assert np.allclose(p, softmax(z), atol=5e-5)
        assert np.allclose(exponentials, np.exp(z - z.max()), atol=5e-5)

    def test_scripts_are_loaded_where_there_is_a_picture_and_in_order(self):
        for path in SITE.rglob("*.html"):
            page = parsed(path.relative_to(SITE))
            names = {place["data-explorer"].partition("?")[0] for place in page.select("[data-explorer]")}
            scripts = [script for script in page.find_all("script", src=re.compile("explorer/|chartjs/"))]
            expected = ["chart.umd.min", "softmax", "fields", *names, "explorer"] if names else []
            assert [re.search(r"([\w.]+)\.js", script["src"])[1] for script in scripts] == expected, path.name
            assert all(script.has_attr("defer") for script in scripts)

    @every_place
    def test_has_no_inline_code(self, place):
        still = parsed(place).select_one("[data-explorer]")
        assert not still.find_all(["script", "style"])
        for element in [still, *still.find_all(True)]:
            assert not [name for name in element.attrs if name == "style" or name.startswith("on")]

    @every_place
    def test_is_seen_without_javascript(self, visits, place):
        page = visits.open(place, java_script_enabled=False)
        still = page.locator("[data-explorer]")
        assert still.locator("img.only-light").is_visible()
        assert not still.locator("img.only-dark").is_visible()
        assert still.locator("table").is_visible()
        assert still.locator("button").count() == 0


class TestStart:
    """Far from what the reader sees, a picture stays still: it would only hold up the page."""

    place = "book/cross-entropy.html"

    @pytest.fixture
    def far(self, visits):
        page = visits.open(self.place, viewport={"width": 1280, "height": 800})
        page.wait_for_load_state("networkidle")
        assert page.locator("[data-explorer] img.only-light").count() == 1
        assert page.locator("[data-explorer] canvas").count() == 0
        return page

    def test_comes_to_life_near_the_reader(self, far):
        far.locator("[data-explorer]").scroll_into_view_if_needed()
        far.locator("[data-explorer] canvas").wait_for()

    def test_comes_to_life_at_the_first_key_so_that_the_focus_finds_it(self, far):
        far.locator("main :is(a, [tabindex='0'])").first.focus()
        far.keyboard.press("Tab")
        assert far.locator("[data-explorer] canvas").count() == 1

    def test_comes_to_life_when_a_link_leads_to_it(self, far):
        far.evaluate("location.hash = 'simplex?z=1,2,3'")
        far.locator("[data-explorer] canvas").wait_for()
        assert 0 <= far.locator("[data-explorer]").bounding_box()["y"] < 800


class Picture:
    """A picture on a page, with what a reader sees of it."""

    def __init__(self, page):
        self.page = page
        self.place = page.locator("[data-explorer]")
        self.sentence = self.place.locator(".softmax-sentence")
        self.message = self.place.locator(".softmax-message")
        self.live = self.place.locator(".softmax-live")
        self.canvas = self.place.locator("canvas")
        self.handle = self.place.get_by_role("slider", name=re.compile("The distribution|Logit z$"))
        self.place.scroll_into_view_if_needed()
        self.canvas.wait_for()

    def button(self, name):
        return self.place.get_by_role("button", name=name, exact=True)

    def box(self, name):
        return self.place.get_by_role("textbox", name=name, exact=True)

    def slider(self, name):
        return self.place.get_by_role("slider", name=f"{name}, slider", exact=True)

    def choose(self, name):
        self.place.get_by_role("radio", name=name, exact=True).check()

    def table(self):
        """Return the table's rows, without their headings."""
        rows = self.place.locator("tbody tr").all()
        return [row.locator("td").all_inner_texts() for row in rows]

    def column(self, index):
        return np.array([number(row[index]) for row in self.table()])

    def fact(self, name):
        return self.place.locator("dl > div", has_text=name).locator("dd").inner_text()

    def chart(self, expression):
        return self.canvas.evaluate(f"(canvas) => {{ const chart = Chart.getChart(canvas); return {expression}; }}")

    def state(self):
        """Return what the picture's link says of it."""
        self.button("Copy link").click()
        self.message.get_by_text("link").or_(self.message.get_by_text("address")).wait_for()
        return {key: value for key, value in parse_qsl(self.page.evaluate("location.hash").partition("?")[2])}


def number(text):
    return float(text.replace("−", "-").replace("∞", "inf"))


@pytest.fixture
def see(visits):
    def see(place, fragment="", **options):
        return Picture(visits.open(place + fragment, **options))

    return see


@pytest.fixture(scope="class")
def desk(request, browser, address):
    """The picture of a class's place, opened once, on a wide screen."""
    visits = Visits(browser, address)
    yield Picture(visits.open(request.cls.place, viewport={"width": 1280, "height": 1400}))
    visits.close()
    assert not visits.problems


@pytest.fixture
def picture(desk):
    desk.button("Start again").click()
    desk.place.scroll_into_view_if_needed()
    return desk


# What reaches beyond the border of a picture, but for formulas, which scroll.
BEYOND = """(place) => [...place.querySelectorAll("*")]
    .filter((element) => element.getBoundingClientRect().right > place.getBoundingClientRect().right)
    .filter((element) => !element.closest(".softmax-formula, .softmax-live"))
    .map((element) => element.outerHTML.slice(0, 80))"""


class TestEveryPicture:
    """What holds for each of them."""

    @every_place
    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_is_accessible_and_fits_a_phone(self, see, place, theme):
        picture = see(place, viewport={"width": 360, "height": 700}, has_touch=True, color_scheme=theme)
        assert picture.page.evaluate("document.documentElement.dataset.theme") == theme
        assert picture.place.locator("img").count() == 0
        found = Axe().run(picture.page, "[data-explorer]", {"resultTypes": ["violations"], "preload": False})
        assert not found.violations_count, found.generate_report()
        for width in (1280, 768, 360):
            picture.page.set_viewport_size({"width": width, "height": 700})
            assert picture.page.evaluate("document.documentElement.scrollWidth") <= width
            assert not picture.place.evaluate(BEYOND)
        for target in picture.place.locator("button, label:has(input), input:not([type=radio]), [role=slider]").all():
            assert target.bounding_box()["height"] >= 44

    @every_place
    def test_works_under_a_strict_policy_and_from_a_folder(self, visits, address, place):
        page = visits.page()
        page.add_init_script(
            "window.refused = [];"
            "addEventListener('securitypolicyviolation', ({ sourceFile }) => refused.push(sourceFile));"
        )
        assert page.goto(f"{address}/strict/{place}").headers["content-security-policy"] == POLICY
        assert Picture(page).table()
        assert not [source for source in page.evaluate("refused") if re.search("explorer/|chartjs/", source)]
        visits.problems.clear()  # The theme's own inline scripts are refused.
        offline = visits.page()
        offline.goto((SITE / place).as_uri())
        assert Picture(offline).table()
        assert Picture(offline).state()

    @every_place
    def test_link_carries_the_state(self, see, place):
        picture = see(place, permissions=["clipboard-read", "clipboard-write"])
        examples = picture.place.get_by_role("group", name="Examples").get_by_role("button")
        examples.last.click()
        picture.button("Copy link").click()
        picture.message.get_by_text("The link is copied").wait_for()
        link = picture.page.evaluate("navigator.clipboard.readText()")
        again = see(place, "#" + link.partition("#")[2])
        assert again.table() == picture.table()
        assert again.sentence.inner_text() == picture.sentence.inner_text()
        assert -10 < again.place.bounding_box()["y"] < 720
        picture.button("Start again").click()
        assert picture.table() != again.table()

    def test_link_is_in_the_address_where_nothing_can_be_copied(self, see):
        picture = see("book/charts.html")
        picture.page.evaluate(
            "() => { navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed')); }"
        )
        assert picture.state() == {"z": "1.5,0.8,-0.2", "T": "1", "formula": "stable", "type": "float64"}
        assert "address" in picture.message.inner_text()

    def test_speaks_once_the_reader_pauses(self, see):
        picture = see("book/charts.html")
        assert picture.live.get_attribute("aria-live") == "polite"
        picture.page.clock.install()
        picture.page.clock.pause_at(2e12)
        assert not picture.live.inner_text()
        for _ in range(5):
            picture.slider("Class 2").press("ArrowRight")
            picture.page.clock.run_for(500)
        assert not picture.live.inner_text()
        picture.page.clock.run_for(200)
        assert picture.live.inner_text().startswith("Class 1 is the most probable")
        assert picture.sentence.inner_text() in picture.canvas.get_attribute("aria-label")

    def test_moves_only_where_motion_is_welcome(self, see):
        for wish, animation in [("reduce", False), ("no-preference", {"duration": 250})]:
            picture = see("book/charts.html", reduced_motion=wish)
            picture.button("Ties").click()
            assert picture.chart("chart.config.options.animation") == animation

    def test_follows_the_theme(self, see):
        picture = see("book/charts.html", color_scheme="light")
        light = picture.chart("chart.options.scales.x.title.color")
        picture.page.evaluate("document.documentElement.dataset.theme = 'dark'")
        assert picture.chart("chart.options.scales.x.title.color") != light

    def test_prints_without_its_controls(self, see):
        picture = see("book/charts.html")
        picture.page.emulate_media(media="print")
        assert picture.canvas.is_visible()
        assert picture.place.locator("table").is_visible()
        assert not picture.slider("Class 1").is_visible()
        assert not picture.button("Copy link").is_visible()


class TestLink:
    """A link that is followed on the page; links from elsewhere are tested above."""

    place = "book/charts.html"

    def follow(self, picture, fragment):
        script = "(hash) => { history.replaceState(null, '', hash); dispatchEvent(new Event('hashchange')); }"
        picture.page.evaluate(script, f"#{fragment}")

    @pytest.mark.parametrize(
        ("fragment", "complaint"),
        [
            ("z=1", "1 numbers, not 2 to 10"),
            ("z=" + ",".join(["1"] * 5000), "5000 numbers"),
            ("z=1,<img src=x onerror=alert(1)>", "“<img src=x onerror=a…” is not a number"),
            ("z=1,1e999", "beyond the largest number"),
            ("z=1,inf", "is not a number"),
            ("z=1,NaN", "is not a number"),
            ("z=1,", "Nothing is written"),
            ("z=1,2&T=-1", "is not between 0 and 100"),
            ("z=1,2&T=", "Nothing is written"),
            ("z=1,2&type=float8", "Floating type is not one of float64, float32, float16"),
            ("z=1,2&formula=__proto__", "Formula is not one of stable, naive"),
            ("z=%E0%A4%A,%", "is not a number"),
        ],
    )
    def test_broken_link_keeps_the_picture_and_says_why(self, picture, fragment, complaint):
        self.follow(picture, f"bars?{fragment}")
        assert complaint in picture.message.inner_text()
        assert picture.live.inner_text() == picture.message.inner_text()
        assert picture.column(0).tolist() == [1.5, 0.8, -0.2]

    @pytest.mark.parametrize(
        "fragment", ["bars?z=1.7e308,-1.7e308", "bars?z=5e-324,0", "bars?", "bars", "other?z=1", "%", "bars?toString=1"]
    )
    def test_strange_link_does_no_harm(self, picture, fragment):
        self.follow(picture, fragment)
        assert np.all(np.isfinite(picture.column(2)))
        assert not picture.message.inner_text()

    def test_good_link(self, picture):
        self.follow(picture, "bars?z=3,4&T=2")
        assert np.allclose(picture.column(2), softmax([1.5, 2.0]), atol=5e-5)

    def test_broken_link_to_the_page(self, see):
        picture = see(self.place, "#bars?z=1,abc")
        assert "“abc” is not a number" in picture.message.inner_text()
        assert picture.column(0).tolist() == [1.5, 0.8, -0.2]


class TestBars:
    place = "book/charts.html"

    def test_draws_the_chart_of_the_note(self, picture):
        assert picture.chart("chart.options.plugins.title.text") == "Logits vs. Softmax Probabilities"
        assert picture.chart("chart.data.datasets.map(({ label }) => label)") == ["Logits", "Softmax Probabilities"]
        assert picture.chart("chart.data.labels") == ["Class 1", "Class 2", "Class 3"]
        assert picture.chart("[chart.options.scales.x.title.text, chart.options.scales.y.title.text]") == [
            "Classes",
            "Value",
        ]
        assert picture.chart("chart.data.datasets[0].data") == [1.5, 0.8, -0.2]
        assert np.allclose(picture.chart("chart.data.datasets[1].data"), softmax([1.5, 0.8, -0.2]), rtol=1e-15)
        assert picture.chart("chart.data.datasets[0].backgroundColor") == "rgba(75, 192, 192, 0.6)"
        borders = picture.chart("chart.data.datasets.map(({ borderColor, borderWidth }) => [borderColor, borderWidth])")
        assert borders == [["rgb(75, 192, 192)", 1], ["rgb(255, 99, 132)", 1]]
        assert picture.chart("chart.scales.y.min") < 0 < picture.chart("chart.scales.y.max")

    def test_bar_is_read_by_pointing_at_it(self, picture):
        x, y = picture.chart("((bar) => [bar.x, bar.y])(chart.getDatasetMeta(1).data[0])")
        picture.canvas.hover(position={"x": x, "y": y + 20})
        assert picture.chart("chart.tooltip.body.map(({ lines }) => lines)") == [["Softmax Probabilities: 0.5955"]]

    @pytest.mark.parametrize("how", ["click", "tap", "Enter", "Space"])
    def test_series_is_hidden_by_its_name(self, see, how):
        picture = see("book/charts.html", has_touch=True)
        name = picture.button("Logits")
        for visible in (False, True):
            getattr(name, how)() if how in ("click", "tap") else name.press(how)
            assert picture.chart("chart.isDatasetVisible(0)") is visible
            assert name.get_attribute("aria-pressed") == str(visible).lower()

    def test_slider_by_mouse(self, picture):
        track = picture.slider("Class 1")
        track.scroll_into_view_if_needed()
        size = track.bounding_box()
        picture.page.mouse.move(size["x"] + size["width"] / 2, size["y"] + size["height"] / 2)
        picture.page.mouse.down()
        picture.page.mouse.move(size["x"] + size["width"] - 2, size["y"] + size["height"] / 2, steps=5)
        picture.page.mouse.up()
        assert picture.box("Class 1").input_value() == "12"
        assert picture.column(0).tolist() == [12, 0.8, -0.2]

    def test_slider_by_touch(self, see):
        picture = see("book/charts.html", viewport={"width": 360, "height": 700}, has_touch=True, is_mobile=True)
        track = picture.slider("Class 3")
        track.tap(position={"x": track.bounding_box()["width"] - 3, "y": 20})
        assert picture.column(0)[2] > 11
        assert picture.sentence.inner_text().startswith("Class 3 is the most probable")

    def test_slider_by_keyboard(self, picture):
        slider = picture.slider("Class 1")
        slider.press("ArrowRight")
        assert picture.box("Class 1").input_value() == "1.6"
        assert slider.get_attribute("aria-valuetext") == "1.6"
        slider.press("Home")
        assert picture.column(0)[0] == -12

    def test_box_takes_any_number(self, picture):
        picture.box("Class 1").fill("-1e3")
        assert picture.box("Class 1").input_value() == "-1e3"  # What is being typed is left alone.
        assert picture.column(0)[0] == -1000
        assert picture.slider("Class 1").input_value() == "-1000"
        assert picture.slider("Class 2").get_attribute("max") == "1200"
        picture.box("Class 1").fill("−inf")
        assert picture.table()[0] == ["−∞", "0", "0"]

    @pytest.mark.parametrize(
        ("typed", "complaint"),
        [
            ("1,5", "Use a dot in “1,5”, as in 1.5."),
            ("abc", "“abc” is not a number. Write a number such as 1.5, or -inf to mask it."),
            ("", "Nothing is written here. Write a number such as 1.5, or -inf to mask it."),
            ("1e999", "“1e999” is beyond the largest number, about 1.8e308."),
            ("1.2.3", "“1.2.3” is not a number"),
            ("0x10", "“0x10” is not a number"),
            ("١", "“١” is not a number"),
        ],
    )
    def test_mistyped_number_is_explained_and_changes_nothing(self, picture, typed, complaint):
        before, box = picture.table(), picture.box("Class 2")
        box.fill(typed)
        assert box.get_attribute("aria-invalid") == "false"  # The reader may still be typing.
        box.press("Tab")
        problem = picture.page.locator(f"#{box.get_attribute('aria-describedby')}")
        assert box.get_attribute("aria-invalid") == "true"
        assert complaint in problem.inner_text()
        assert complaint in picture.live.inner_text()
        picture.slider("Class 1").press("ArrowRight")
        assert box.input_value() == typed
        assert picture.table()[1][0] == before[1][0]
        box.fill("0.9")
        assert not problem.inner_text()
        assert picture.column(0).tolist() == [1.6, 0.9, -0.2]

    def test_temperature_has_limits(self, picture):
        for typed, complaint in [("-1", "“-1” is not between 0 and 100."), ("101", "“101” is not between 0 and 100.")]:
            picture.box("Temperature T").fill(typed)
            picture.box("Temperature T").press("Enter")
            assert picture.place.get_by_text(complaint).first.is_visible()

    def test_temperature_leads_from_argmax_to_uniform(self, picture):
        picture.button("Ties").click()
        assert picture.column(2).tolist() == [0.5, 0.5, 0, 0]
        slider = picture.slider("Temperature T")
        assert slider.input_value() == "0"
        slider.press("End")
        assert picture.box("Temperature T").input_value() == "100"
        assert np.allclose(picture.column(2), softmax(np.array([2, 2, 1, -1]) / 100), atol=5e-5)
        slider.press("Home")
        slider.press("ArrowRight")
        assert float(picture.box("Temperature T").input_value()) == 0.0112

    def test_classes_are_added_and_removed(self, picture):
        add = picture.button("Add a class")
        while add.is_enabled():
            add.click()
        assert len(picture.table()) == 10
        assert picture.box("Class 10").evaluate("(box) => box === document.activeElement")
        picture.button("Remove Class 2").click()
        assert picture.column(0).tolist() == [1.5, -0.2] + 7 * [0]
        while picture.button("Remove Class 1").is_enabled():
            picture.button("Remove Class 1").press("Enter")
        assert len(picture.table()) == 2
        assert np.allclose(picture.column(2), 0.5)

    def test_examples_agree_with_numpy(self, picture):
        examples = picture.place.get_by_role("group", name="Examples").get_by_role("button").all()
        assert len(examples) == 8
        for example in examples:
            example.click()
            state = picture.state()
            z, temperature = np.array([float(x) for x in state["z"].split(",")], state["type"]), float(state["T"])
            if temperature == 0:
                expected = np.where(z == z.max(), 1 / np.count_nonzero(z == z.max()), 0)
            else:
                with np.errstate(all="ignore"):
                    expected = {"naive": naive_softmax, "stable": softmax}[state["formula"]](z / temperature)
            p = picture.column(2)
            assert np.allclose(p, expected, atol=6e-5, equal_nan=True), state
            broken = "is-broken" in picture.sentence.get_attribute("class")
            assert broken == (not np.allclose(expected.sum(), 1)), state
            if not broken:
                assert picture.fact("Sum of probabilities") == "1"
                assert float(picture.fact("Largest probability")) == p.max()

    def test_switches_show_where_the_textbook_formula_breaks(self, picture):
        picture.box("Class 1").fill("12")
        assert picture.fact("The textbook formula holds in") == "float64, float32"
        picture.choose("naive")
        assert "is-broken" not in picture.sentence.get_attribute("class")
        picture.choose("float16")
        assert picture.sentence.inner_text().startswith(
            "Overflow: e to the power 12 is beyond float16’s largest number, 65504"
        )
        assert picture.table()[0] == ["12", "∞", "NaN"]
        assert picture.chart("chart.data.datasets[1].data[0]") is None
        picture.choose("stable")
        assert np.allclose(picture.column(2), softmax(np.float16([12, 0.8, -0.2])).astype(float), atol=5e-5)

    def test_formula_has_the_current_numbers(self, picture):
        formula = picture.place.locator(".softmax-formula")
        picture.choose("naive")
        assert squeezed(formula) == "p1=e1.5e1.5+e0.8+e−0.2=4.4827.526=0.5955"
        picture.choose("stable")
        picture.box("Temperature T").fill("2")
        assert "e(1.5−1.5)/2" in squeezed(formula)
        picture.box("Temperature T").fill("0")
        assert not formula.is_visible()


def squeezed(formula):
    """Return the letters of a formula, plain ones for italic ones."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", formula.inner_text()))


class TestSimplex:
    place = "book/cross-entropy.html"

    def test_shows_the_gradient(self, picture):
        z = picture.column(0)
        assert np.allclose(picture.column(1), softmax(z), atol=5e-5)
        assert np.allclose(picture.column(2), cross_entropy_grad(z, 0), atol=5e-5)
        assert f"The cross-entropy is {cross_entropy(z, 0):.3f}" in picture.sentence.inner_text()
        picture.choose("squared error")
        p = softmax(z)
        assert np.allclose(picture.column(2), softmax_vjp(z, 2 * (p - [1, 0, 0])), atol=5e-5)
        picture.choose("3")
        assert np.allclose(picture.column(2), softmax_vjp(z, 2 * (p - [0, 0, 1])), atol=5e-5)

    def test_arrow_of_the_cross_entropy_ends_in_the_true_corner(self, picture):
        for label, corner in zip("123", [(0, 0), (1, 0), (0.5, 3**0.5 / 2)], strict=True):
            picture.choose(label)
            tip = picture.chart("chart.data.datasets[0].data[1]")
            assert np.hypot(tip["x"] - corner[0], tip["y"] - corner[1]) < 0.021

    def test_steps_go_downhill(self, picture):
        z = picture.column(0)
        picture.button("Step downhill").click()
        assert np.allclose(picture.column(0), z - cross_entropy_grad(z, 0), atol=1e-4)
        last = picture.chart("chart.data.datasets[1].data[50]")
        assert np.hypot(last["x"], last["y"]) < 0.05

    def drag(self, picture, corner):
        """Return where the point is and where a corner is, on the page."""
        frame, at = picture.canvas.bounding_box(), picture.handle.bounding_box()
        x, y = picture.chart(
            f"[chart.scales.x.getPixelForValue({corner[0]}), chart.scales.y.getPixelForValue({corner[1]})]"
        )
        start = at["x"] + at["width"] / 2, at["y"] + at["height"] / 2
        return start, (frame["x"] + x, frame["y"] + y)

    def test_point_by_mouse(self, picture):
        picture.handle.scroll_into_view_if_needed()
        start, end = self.drag(picture, (1, 0))
        picture.page.mouse.move(*start)
        picture.page.mouse.down()
        picture.page.mouse.move(*end, steps=8)
        assert picture.column(1)[1] > 0.99
        picture.page.mouse.move(end[0] + 300, end[1] + 50)  # Outside, it stays at the border.
        assert picture.column(1)[1] > 0.99
        picture.page.mouse.up()
        picture.page.mouse.move(*start)
        assert picture.column(1)[1] > 0.99
        assert "class 2" in picture.handle.get_attribute("aria-valuetext")

    def test_point_by_touch(self, see):
        picture = see("book/cross-entropy.html", viewport={"width": 360, "height": 700}, has_touch=True, is_mobile=True)
        picture.handle.scroll_into_view_if_needed()
        start, end = self.drag(picture, (0.5, 0.8))
        session = picture.page.context.new_cdp_session(picture.page)
        path = np.linspace(start, end, 8)
        for kind, points in [("touchStart", path[:1]), *(("touchMove", [point]) for point in path), ("touchEnd", [])]:
            touches = [{"x": float(x), "y": float(y)} for x, y in points]
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
        assert picture.column(1)[2] > 0.9

    def test_point_by_keyboard(self, picture):
        picture.button("Undecided").click()
        picture.handle.focus()
        scrolled = picture.page.evaluate("scrollY")
        for _ in range(5):
            picture.handle.press("ArrowUp")
        assert picture.page.evaluate("scrollY") == scrolled
        assert picture.column(1)[2] > 0.4
        assert np.isclose(*picture.column(1)[:2], atol=0.02)
        before = picture.column(1)
        picture.handle.press("ArrowRight")
        assert picture.column(1)[1] > before[1]
        picture.handle.press("a")

    def test_point_by_click(self, picture):
        picture.canvas.scroll_into_view_if_needed()
        x, y = picture.chart("[chart.scales.x.getPixelForValue(0.5), chart.scales.y.getPixelForValue(0.8)]")
        picture.canvas.click(position={"x": x, "y": y})
        assert picture.column(1)[2] > 0.9


class TestOverflow:
    place = "book/overflow.html"

    @pytest.mark.parametrize("x", [3, 11.1, 12, 89, 500, 710, -16.5, -17, -104, -746])
    def test_agrees_with_numpy(self, picture, x):
        picture.box("Logit z").fill(str(x))
        failing = []
        for dtype, (first, second, textbook) in zip(TYPES, picture.table(), strict=True):
            z = np.array([x, x - 1], dtype)
            with np.errstate(all="ignore"):
                powers = np.exp(z).astype(float)
                assert np.allclose([number(first), number(second)], powers, rtol=2e-3, atol=0)
                expected = naive_softmax(z)
            shown = [number(share) for share in textbook.split(", ")]
            assert np.allclose(shown, expected, atol=1e-3, equal_nan=True)
            if not np.allclose(expected, softmax([1.0, 0.0]), atol=0.01):
                failing.append(dtype)
        verdict = f"fails in {', '.join(failing)}" if failing else "is right in all three types"
        assert picture.sentence.inner_text() == f"The textbook softmax of z and z − 1 {verdict}."

    def test_line_by_mouse(self, picture):
        picture.handle.scroll_into_view_if_needed()
        at = picture.handle.bounding_box()
        middle = at["x"] + at["width"] / 2, at["y"] + at["height"] / 2
        picture.page.mouse.move(*middle)
        picture.page.mouse.down()
        picture.page.mouse.move(middle[0] + 1000, middle[1], steps=4)
        picture.page.mouse.up()
        assert picture.box("Logit z").input_value() == "1000"
        assert "float64, float32, float16" in picture.sentence.inner_text()

    def test_line_by_keyboard(self, picture):
        picture.button("Ordinary").click()
        for _ in range(60):
            picture.handle.press("ArrowRight")
        assert "fails in float16." in picture.sentence.inner_text()
        assert picture.handle.get_attribute("aria-valuetext") == picture.box("Logit z").input_value()


class TestStream:
    place = "book/one-pass.html"

    def test_feeds_one_by_one(self, picture):
        picture.button("The chapter’s five").click()
        row = np.array([1.0, 3.0, 2.0, 1000.0, 999.0])
        for fed in (3, 4, 5):
            states = [SoftmaxState.of(row[:count]) for count in range(1, fed + 1)]
            assert picture.column(1).tolist() == [state.maximum for state in states]
            assert np.allclose(picture.column(3), [1 + state.tail for state in states], rtol=5e-4)
            assert np.isclose(number(picture.fact("Log-sum-exp so far")), logsumexp(row[:fed]), rtol=5e-4)
            picture.button("Feed the next").click()
        assert picture.fact("Textbook sum of exponentials") == "∞"
        assert len(picture.table()) == 5
        assert picture.sentence.inner_text() == "999 is no new maximum. It adds 0.3679, which is e to the 999 − 1000."

    def test_goes_back_to_nothing(self, picture):
        picture.slider("Logits fed so far").press("Home")
        picture.button("Take it back").click()
        assert picture.sentence.inner_text() == "Nothing has been fed yet: the maximum is −∞, and the sum is 0."
        assert picture.fact("Log-sum-exp so far") == "−∞"

    def test_number_fed_is_whole_and_no_more_than_there_are(self, picture):
        picture.box("Logits fed so far").fill("2.5")
        picture.box("Logits fed so far").press("Enter")
        assert picture.place.get_by_text("“2.5” is not whole. Write a whole number such as 3.").first.is_visible()
        picture.box("Logits fed so far").fill("9")
        assert len(picture.table()) == 6
        picture.button("Remove Logit 6").click()
        assert len(picture.table()) == 5
