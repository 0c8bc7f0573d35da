"""A browser, opened once for each file that needs one, and what it visits."""

from zipfile import ZipFile

import pytest
from browser import BROWSERS, Visits, needed, serving, version
from explorer import Picture
from paths import SITE

from softmax_site.export import browsing, make_zip


def pytest_report_header():
    return [f"{name}: {version(path) if path else 'not installed'}" for name, path in BROWSERS.items()]


@pytest.fixture(scope="module")
def browser(request):
    needed("Chromium", request.config)
    with browsing() as browser:
        yield browser


@pytest.fixture(scope="module")
def address():
    with serving() as address:
        yield address


@pytest.fixture
def visits(browser, address):
    visits = Visits(browser, address)
    yield visits
    visits.close()
    assert not visits.problems


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


@pytest.fixture(scope="session")
def archive(tmp_path_factory):
    path = tmp_path_factory.mktemp("zip") / "book.zip"
    make_zip(SITE, path)
    return path


@pytest.fixture(scope="session")
def folder(archive):
    folder = archive.parent / "a folder"
    with ZipFile(archive) as content:
        content.extractall(folder)
    return folder / "softmax-book"
