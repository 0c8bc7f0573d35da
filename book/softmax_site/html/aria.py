"""Roles and names for assistive technology."""


def apply(soup, page):
    """Give assistive technology the roles and names that are meant."""
    for sidebar in soup.select("#pst-primary-sidebar"):
        sidebar["role"] = "complementary"
        sidebar["aria-label"] = "Book"
    # What shows its name needs no other one.
    for named in soup.select(".search-button-field, summary[aria-label]"):
        del named["aria-label"]
    # The role of a list's entry went out of use in ARIA 1.2.
    for entry in soup.select(".citation-list, [role=doc-biblioentry]"):
        del entry["role"]
