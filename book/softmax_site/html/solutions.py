"""Solutions that are closed until the reader opens them, without a script."""


def apply(soup, page):
    """Make each solution a disclosure, which is named by its title."""
    for solution in soup.select(".solution.dropdown"):
        solution.name = "details"
        title = solution.select_one(".admonition-title")
        title.name = "summary"
        # The exercise stands above it; what opens by a click is no link.
        for link in title.select("a"):
            link.unwrap()
