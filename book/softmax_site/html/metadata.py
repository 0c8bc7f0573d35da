"""What a page says of itself, to search engines and to those who link."""

from softmax_site.addresses import site_address

DESCRIPTION = "What softmax does, why, what breaks, and how to do it right."


def apply(soup, page):
    """Say what the page is, for search engines and for those who link."""
    for meta in soup.select("meta[name=viewport], meta[name^=docsearch]"):
        meta.decompose()
    paragraph = soup.select_one("article > section > p")
    text = " ".join(paragraph.get_text().split()) if paragraph else DESCRIPTION
    heading = soup.select_one("article h1") or soup.title
    properties = {
        "og:title": heading.get_text().strip().rstrip("#"),
        "og:description": text,
        "og:type": "article",
        "og:site_name": "The softmax book",
    }
    if address := site_address():
        properties["og:url"] = f"{address}{page.name}.html"
        properties["og:image"] = f"{address}_static/card.png"
        properties["og:image:alt"] = "The bars of a softmax, and the title."
    names = {
        "viewport": "width=device-width, initial-scale=1",
        "description": text,
        "twitter:card": "summary_large_image",
    }
    for name, content in names.items():
        tag = soup.new_tag("meta", attrs={"name": name, "content": content})
        soup.head.append(tag)
    for name, content in properties.items():
        tag = soup.new_tag("meta", property=name, content=content)
        soup.head.append(tag)
