"""What is closed until the reader opens it, without a script.

Solutions, answers and folded code become disclosures of one kind, each named
by what it holds.
"""


def apply(soup, page):
    for solution in soup.select(".solution.dropdown"):
        disclose(soup, solution, solution.select_one(".admonition-title"))
    for answer in soup.select("details.sd-dropdown"):
        answer["class"] = ["answer"]
        disclose(soup, answer, answer.select_one(".sd-summary-text"))
    for code in soup.select("details.hide"):
        code["class"] = ["code"]
        disclose(soup, code, code.select_one("p.collapsed"))
        if code.parent.select_one(".cell_output img"):
            code.parent.append(code)  # The picture comes first.


def disclose(soup, element, title):
    """Make an element a disclosure with this title."""
    summary = soup.new_tag("summary")
    summary.extend(list(title.contents))
    for link in summary.select("a"):
        link.unwrap()  # What opens by a click is no link.
    (title.find_parent("summary") or title).decompose()
    element.name = "details"
    element.insert(0, summary)
