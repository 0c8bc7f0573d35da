"""The built book in one file: a PDF, or a copy of the site for the file system.

    python -m softmax_site.export pdf
    python -m softmax_site.export zip

Both read `_build/html` and store their file in it. The PDF is printed by
Chromium, from one page that holds all chapters in the order of `_toc.yml`, so
that links between chapters lead to pages of the PDF. The solutions stand at its
end, and each page has the title of its chapter at its head.
"""

import argparse
import json
import os
import shutil
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pikepdf
import yaml
from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright

NAME = "softmax-book"
SITE = Path("_build/html")
BROWSERS = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
]
# The lists under the address bar are pages too, which nobody sees here and
# which cost Chromium as much as the page that is asked for.
WITHOUT_ADDRESS_BAR = (
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup"
)
HEADINGS = ["h1", "h2", "h3", "h4", "h5"]
SOLUTIONS = "Solutions"
REFERRING = ["for", "aria-labelledby", "aria-describedby"]

# A heading of a part in front of a chapter is on a page of the same name.
HEAD = """#{name}, h1:has(+ #{name}) {{ page: {name} }}
@page {name} {{ @top-left {{ content: {title} }} }}
"""
PAPER = {"prefer_css_page_size": True, "print_background": True}
NUMBER_PAGES = """numbers => {
    for (const line of document.querySelectorAll(".overview a"))
        line.lastChild.textContent = numbers[line.hash.slice(1)];
}"""

SERVER_ONLY = {"404.html", ".nojekyll", ".buildinfo"}
# From the file system a browser starts no worker, in which cells would run.
RUNNING = {"kernel", "wheels"}


def find_browser():
    """Return the path of the system's Chromium or Chrome, or None."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, BROWSERS)), None)


@contextmanager
def browsing():
    """Yield the system's browser, opened."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(),
            args=["--no-sandbox", "--disable-gpu", WITHOUT_ADDRESS_BAR],
        )
        yield browser
        browser.close()


def contents(toc):
    """Yield the front page and each part: a caption, and names of chapters."""
    yield None, [Path(toc["root"]).name]
    for part in toc["parts"]:
        chapters = [Path(entry["file"]).name for entry in part["chapters"]]
        yield part["caption"], chapters


def parse(page):
    return BeautifulSoup(page.read_text("utf-8"), "html.parser")


def whole_book(pages, toc, config):
    """Return one page that holds the book, made of its `pages` by name."""
    book = BeautifulSoup(
        '<!doctype html><html lang="en" data-theme="light"><head>'
        '<meta charset="utf-8"></head><body class="whole-book"></body></html>',
        "html.parser",
    )
    front = pages[Path(toc["root"]).name]
    book.head.append(tag(book, "title", config["title"]))
    for element in front.select("link[rel=stylesheet]"):
        book.head.append(element)
    book.head.append(
        book.new_tag("link", rel="stylesheet", href="../_static/whole-book.css")
    )

    cover = tag(book, "div", class_="cover")
    cover.append(tag(book, "p", config["title"], class_="title"))
    cover.append(tag(book, "p", config["author"]))
    book.body.append(cover)

    content = tag(book, "div", class_="bd-content")
    for caption, names in contents(toc):
        chapters = [chapter(pages, n, level=2 if caption else 1) for n in names]
        content.extend(part(book, caption, chapters) if caption else chapters)
    solved = list(solutions(book, content))
    content.extend(part(book, SOLUTIONS, solved))
    book.head.append(tag(book, "style", running_heads(content)))
    book.body.append(table_of_contents(book, content))
    book.body.append(content)
    return str(book)


def part(book, caption, chapters):
    """Return the heading of a part, and its chapters."""
    heading = tag(book, "h1", caption, class_="part")
    heading["id"] = f"part-{caption.lower()}"
    return [heading, *chapters]


def solutions(book, content):
    """Take the solutions out of each chapter, and yield them together."""
    for place in content.select("article.chapter"):
        if solved := place.select("details.solution"):
            together = tag(book, "article", class_="bd-article solutions")
            together["id"] = f"{place['id']}--solutions"
            together.append(tag(book, "h2", title_of(place)))
            together.extend(solution.extract() for solution in solved)
            yield together


def title_of(place):
    return place.find(HEADINGS).get_text()


def running_heads(content):
    """Return styles that put the title of each chapter on its pages."""
    return "".join(
        HEAD.format(
            name=place["id"],
            title=json.dumps(title_of(place), ensure_ascii=False),
        )
        for place in content.select("article.chapter")
    )


def tag(book, kind, text="", class_=None):
    element = book.new_tag(kind, attrs={"class": class_} if class_ else {})
    element.string = text
    return element


def chapter(pages, name, level):
    """Return a chapter whose title is a heading of this level."""
    article = pages[name].select_one("article")
    for link in article.select("a.headerlink"):
        link.decompose()
    for element in article.select("img.only-dark, .run"):
        element.decompose()
    for image in article.select("img[loading]"):
        del image["loading"]
    for details in article.find_all("details"):
        details["open"] = ""
    for element in article.find_all(HEADINGS):
        element.name = f"h{int(element.name[1]) + level - 1}"
    for element in article.find_all(True):
        if "id" in element.attrs:
            element["id"] = f"{name}--{element['id']}"
        for attribute in set(REFERRING) & element.attrs.keys():
            targets = element[attribute].split()
            element[attribute] = " ".join(f"{name}--{id}" for id in targets)
    for link in article.find_all("a", href=True):
        lead_inside(link, name, pages)
    article["id"] = name
    article["class"] = ["bd-article", "chapter"]
    return article


def lead_inside(link, name, pages):
    """Let a link of the chapter `name` lead to its place in the one page."""
    address = urlsplit(link["href"])
    if address.scheme:
        return
    target = Path(address.path).stem if address.path else name
    if target not in pages:
        link.unwrap()  # It leads to a file of the site.
    elif address.fragment:
        link["href"] = f"#{target}--{address.fragment}"
    else:
        link["href"] = f"#{target}"


def table_of_contents(book, content):
    """Return the list of parts and chapters, page numbers left blank."""
    result = tag(book, "div", class_="overview")
    result.append(tag(book, "h1", "Contents"))
    for place in content.select("h1.part, article.chapter"):
        title = place.get_text() if place.name == "h1" else title_of(place)
        line = tag(book, "a", class_=place["class"][-1])
        line["href"] = f"#{place['id']}"
        line.append(tag(book, "span", title))
        line.append(tag(book, "span"))
        result.append(line)
    return result


@contextmanager
def opened(html, address, browser):
    """Yield a page of HTML as if it stood at the address."""
    page = browser.new_page()
    page.set_default_timeout(300_000)
    page.route(
        address,
        lambda route: route.fulfill(body=html, content_type="text/html"),
    )
    page.goto(address)
    page.evaluate("document.fonts.ready")
    yield page
    page.close()


def print_pages(page):
    """Return the PDF of an opened page.

    The pages of the chapters are known once they have been printed. Chromium
    breaks the same pages elsewhere when it prints them again, but not when it
    has loaded them anew.
    """
    numbers = page_numbers(printed(page))
    page.reload()
    page.evaluate("document.fonts.ready")
    page.evaluate(NUMBER_PAGES, numbers)
    return printed(page)


def printed(page):
    return pikepdf.open(BytesIO(page.pdf(**PAPER, outline=True, tagged=True)))


def share_images(pdf):
    """Store each image once: Chromium makes one for each use of a hatch."""
    first = {}

    def shared(image):
        mask = image.get("/SMask")
        shape = image.Width, image.Height, str(image.ColorSpace)
        key = image.read_raw_bytes(), *shape, mask and mask.objgen
        return first.setdefault(key, image)

    streams = [o for o in pdf.objects if isinstance(o, pikepdf.Stream)]
    for stream in streams:
        if stream.get("/Subtype") == "/Image" and "/SMask" in stream:
            stream.SMask = shared(stream.SMask)
    for holder in [*streams, *pdf.pages]:
        shapes = holder.get("/Resources", {}).get("/XObject", {})
        for name, shape in list(shapes.items()):
            if shape.Subtype == "/Image":
                shapes[name] = shared(shape)


def page_numbers(pdf):
    """Return the page of each place that a link leads to."""
    numbers = {page.objgen: number for number, page in enumerate(pdf.pages, 1)}
    return {
        name.removeprefix("/"): numbers[place[0].objgen]
        for name, place in pdf.Root.Dests.items()
    }


def make_pdf(site, path, browser):
    """Print the book into the file at `path`."""
    toc, config = (
        yaml.safe_load(Path(name).read_text("utf-8"))
        for name in ("_toc.yml", "_config.yml")
    )
    names = [name for _, chapters in contents(toc) for name in chapters]
    folder = site / Path(toc["root"]).parent
    pages = {name: parse(folder / f"{name}.html") for name in names}
    html = whole_book(pages, toc, config)
    address = (folder / "whole-book.html").absolute().as_uri()
    with opened(html, address, browser) as page:
        pdf = print_pages(page)
    share_images(pdf)
    pdf.docinfo["/Author"] = config["author"]
    pdf.docinfo["/Creator"] = NAME
    pdf.Root.PageMode = pikepdf.Name.UseOutlines
    # Chromium stores the tags of a tagged PDF uncompressed.
    pdf.save(path, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def make_zip(site, path):
    """Pack the site, without what only a server needs, into the file."""
    left_out = {f"{NAME}.pdf", f"{NAME}.zip", *SERVER_ONLY}
    with ZipFile(path, "w") as archive:
        for file in sorted(site.rglob("*")):
            if RUNNING & {folder.name for folder in file.parents}:
                continue
            if file.is_file() and file.name not in left_out:
                # Without its time: the same site gives the same archive.
                inside = ZipInfo(f"{NAME}/{file.relative_to(site).as_posix()}")
                archive.writestr(inside, file.read_bytes(), ZIP_DEFLATED)


def main():
    """Make the PDF or the offline copy of the book that was built."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("kind", choices=["pdf", "zip"])
    kind = parser.parse_args().kind
    path = SITE / f"{NAME}.{kind}"
    if kind == "zip":
        make_zip(SITE, path)
    elif find_browser():
        with browsing() as browser:
            make_pdf(SITE, path, browser)
    else:
        parser.exit(1, f"Printing needs one of {', '.join(BROWSERS)}.\n")
    size = path.stat().st_size / 1e6
    print(f"{size:.0f} MB are in {path.absolute().as_uri()}")


if __name__ == "__main__":
    main()
