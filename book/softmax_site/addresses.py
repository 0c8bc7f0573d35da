"""The addresses of the book's repository, and of the site it publishes.

They come from one setting, the environment variable SOFTMAX_BOOK_REPOSITORY,
such as https://github.com/owner/name. Where it is not set, they are unknown.
"""

import os
from urllib.parse import urlsplit


def repository_address():
    return os.environ.get("SOFTMAX_BOOK_REPOSITORY", "").rstrip("/")


def published_at(address):
    """Return where GitHub Pages publishes the site of a repository."""
    owner, name = address.split("/")[-2:]
    host = f"{owner.lower()}.github.io"
    return (
        f"https://{host}" if name.lower() == host else f"https://{host}/{name}"
    )


def site_address():
    """Return the address of the published site, where it is known."""
    address = repository_address()
    if urlsplit(address).netloc != "github.com":
        return ""
    return f"{published_at(address)}/"


def site_root():
    """Return the path at which the site is published."""
    address = repository_address()
    return f"{urlsplit(published_at(address)).path}/" if address else "/"
