"""What a chapter teaches, needs and takes stands apart from its text."""

FIRST = "After this chapter you can"


def apply(soup, page):
    for first in soup.select("article p"):
        if first.get_text(strip=True) == FIRST:
            goals = first.find_next_sibling()
            needs = goals.find_next_sibling()
            box = first.wrap(soup.new_tag("div", attrs={"class": "after"}))
            box.extend([goals, needs])
