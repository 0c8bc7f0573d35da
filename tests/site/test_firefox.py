"""The site, and its copy in a folder, in Firefox as it is installed."""

import pytest
from browser import SITE_ROOT, cells_run, needed
from built import PAGES, parsed
from explorer import PLACES
from firefox import Firefox, Tab

FOREIGN = "https://example.org/picture.png"
# As WebDriver names keys.
ENTER, SHIFT, CONTROL, RIGHT = "\ue007", "\ue008", "\ue009", "\ue014"
PHONE, DESK = (360, 700), (1440, 900)
SEARCH = "document.activeElement.matches('dialog input')"
# Of the formulas, of which there are so many, each letter has a font that is there.
SET = """(() => {
    const fonts = [...document.fonts].filter(({ status }) => status === "loaded").map(({ family }) => family);
    const letters = [...document.querySelectorAll("mjx-c[class]")].filter((letter) => letter.checkVisibility());
    const families = letters.map((letter) => getComputedStyle(letter).fontFamily.split(", ").at(-1));
    return document.querySelectorAll("mjx-container").length === COUNT
        && letters.length >= COUNT && families.every((family) => fonts.includes(family));
})()"""


@pytest.fixture(scope="module")
def firefox(request, tmp_path_factory):
    path = needed("Firefox", request.config)
    firefox = Firefox(path, tmp_path_factory.mktemp("profile"))
    yield firefox
    firefox.close()


@pytest.fixture
def tab(firefox, address):
    tab = Tab(firefox, f"{address}{SITE_ROOT}")
    yield tab
    assert tab.close() == []


@pytest.fixture
def offline(firefox, folder):
    tab = Tab(firefox, f"{folder.as_uri()}/")
    yield tab
    assert tab.close() == []


def wait_for_formulas(tab, page):
    tab.wait(SET.replace("COUNT", str(len(parsed(page).select(".math")))))


@pytest.mark.parametrize("page", [*PAGES, "404.html"])
def test_page_opens_without_a_message_on_a_phone_and_a_desk(tab, page):
    tab.open(page, *PHONE)
    assert tab.evaluate("[...document.querySelectorAll('h1')].some((title) => title.checkVisibility())")
    wait_for_formulas(tab, page)
    for width, height in (PHONE, DESK):
        tab.resize(width, height)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width


def moved_by_the_keyboard(tab):
    tab.evaluate("document.querySelector('[data-explorer]').scrollIntoView()")
    tab.wait("document.querySelector('[data-explorer] input[type=range]')")
    tab.evaluate("document.querySelector('[data-explorer] input[type=range]').focus()")
    table = "document.querySelector('[data-explorer] table').innerText"
    before = tab.evaluate(table)
    tab.press(RIGHT)
    return tab.evaluate(table) != before


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("place", PLACES)
def test_picture_is_moved_by_the_keyboard(tab, place, size):
    tab.open(place, *size)
    assert moved_by_the_keyboard(tab)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_button_changes_the_theme(tab, size):
    tab.open("book/index.html", *size)
    mode, theme = (f"document.documentElement.dataset.{name}" for name in ("mode", "theme"))
    seen = []
    for _ in range(3):
        seen.append(tab.evaluate(mode))
        tab.click(".theme-switch-button")
        tab.wait(f"{mode} !== {seen[-1]!r} && {theme} === ({mode} === 'dark' ? 'dark' : 'light')")
    assert sorted(seen) == ["auto", "dark", "light"]


def wait_for_a_chapter(tab):
    found = "[...document.querySelectorAll('#search-results a')].map((link) => link.pathname)"
    tab.wait(f"{found}.some((path) => path.endsWith('/book/overflow.html'))")


def test_search_opens_and_finds(tab):
    tab.open("book/index.html", *DESK)
    tab.press(CONTROL, "k")
    if not tab.sees(SEARCH, 5):  # On a busy machine, the keys of a new tab were once lost.
        tab.press(CONTROL, "k")
        tab.wait(SEARCH)
    for letter in "overflow":
        tab.press(letter)
    tab.press(ENTER)
    wait_for_a_chapter(tab)


def test_copy_in_a_folder_works(offline):
    """Its first page leads on, formulas are set, the picture moves, and the search finds."""
    offline.open("index.html")
    offline.wait("location.pathname.endsWith('/book/index.html') && document.readyState === 'complete'")
    offline.wait("document.querySelector('.shares input')")
    offline.open("book/overflow.html")
    assert moved_by_the_keyboard(offline)
    wait_for_formulas(offline, "book/overflow.html")
    offline.open("search.html?q=overflow")
    wait_for_a_chapter(offline)


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("console.warn('a warning')", "a warning"),
        (
            """new Promise((resolve) => {
                addEventListener("error", resolve);
                setTimeout(() => { throw new Error("uncaught"); });
            })""",
            "uncaught",
        ),
        ("fetch('nowhere.txt').then(({ status }) => status)", "404: "),
        (
            f"new Promise((resolve) => Object.assign(new Image(), {{ onerror: resolve, src: '{FOREIGN}' }}))",
            "Content-Security-Policy",
        ),
    ],
    ids=["warning", "error", "status", "foreign"],
)
def test_tab_notes_what_goes_wrong(firefox, address, script, problem):
    tab = Tab(firefox, f"{address}{SITE_ROOT}")
    tab.open("book/index.html")
    tab.evaluate(script)
    problems = tab.close()
    assert any(problem in found for found in problems), problems


@cells_run
def test_cells_run_can_be_changed_and_stopped(tab):
    """As tests/site/test_run.py has it for Chromium, from the click to a loop that is ended."""
    status = "document.querySelector('.run [role=status]').textContent"
    cell = "document.querySelector('.run-cell:not(.tag_hide-input)')"

    def write(code):
        tab.evaluate(f"{cell}.querySelector('.run-editor').shadowRoot.querySelector('.cm-content').focus()")
        tab.press(CONTROL, "a")
        for letter in code:
            tab.press(letter)
        tab.press(SHIFT, ENTER)

    tab.open("book/worked-example.html", *DESK)
    tab.evaluate("document.querySelector('.run button').focus()")
    tab.press(ENTER)
    tab.wait(f"{status}.includes('have run')", seconds=60)
    outputs = "[...document.querySelectorAll('.run-output')].map((output) => output.textContent)"
    assert set(tab.evaluate(outputs)) == {"Your output is the same.", "Your run printed nothing."}
    write("print(6*7)")
    tab.wait(f"{cell}.querySelector('.run-output pre')?.textContent === '42\\n'")
    write("while 1: 1")
    tab.wait(f"{status}.endsWith('runs.')")
    tab.evaluate(f"{cell}.querySelector('[aria-label^=Stop]').click()")
    tab.wait(f"{status}.startsWith('Stopped')")
