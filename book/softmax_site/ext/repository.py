"""Links to the repository and to what is published with it.

They are shown only where the address is known. It is one setting: the
environment variable SOFTMAX_BOOK_REPOSITORY, such as
https://github.com/owner/name.

The directive `take-along` says how to take the book along.
"""

from sphinx.util.docutils import SphinxDirective

from softmax_site.addresses import published_at, repository_address

PUBLISHED = """
- [The whole book as a PDF]({site}/softmax-book.pdf), with an outline and
  working links.
- [A copy of this site]({site}/softmax-book.zip) for a computer without a
  network. Unpack it and open `index.html`: formulas, moving pictures and the
  search work from the file system.
- Each chapter is a notebook: the download button above its title has it.
- The rocket above the title opens a chapter in Binder or Colab. Binder
  installs what this book needs, but for the chapters that import PyTorch,
  TensorFlow, JAX or Gymnasium: there run
  `%pip install -r ../requirements-frameworks.txt` and
  `%pip install --group ../pyproject.toml:torch` first. Colab knows nothing
  of the book's packages. Let a first cell fetch them:

```
!git clone --depth 1 {address}
%cd {name}/book
%pip install --quiet "..[book]"
```
"""
LOCAL = """
Each chapter is a notebook: the download button above its title has it. In the
repository, `make pdf` prints the whole book into
`_build/html/softmax-book.pdf`, and `make offline` packs
`_build/html/softmax-book.zip`, a copy of this site that works from the file
system.
"""


class TakeAlong(SphinxDirective):
    def run(self):
        address = self.config.repository_address
        if not address:
            return self.parse_text_to_nodes(LOCAL)
        text = PUBLISHED.format(
            site=published_at(address),
            address=address,
            name=address.rpartition("/")[2],
        )
        return self.parse_text_to_nodes(text)


def link_to_repository(app, config):
    address = config.repository_address = repository_address()
    if not address:
        return
    config.html_theme_options |= {
        "repository_url": address,
        "repository_branch": "main",
        "path_to_docs": "",
        "use_repository_button": True,
        "use_source_button": True,
        "use_edit_page_button": True,
        "use_issues_button": True,
        "launch_buttons": {
            "notebook_interface": "jupyterlab",
            "binderhub_url": "https://mybinder.org",
            "colab_url": "https://colab.research.google.com",
        },
    }


def say_what_to_run_first(app, pagename, templatename, context, doctree):
    """Add a link to the first cell for Colab to the launch buttons."""
    for group in context.get("header_buttons", []):
        if group.get("label") == "launch-buttons":
            front = context["pathto"](app.config.root_doc)
            button = {
                "type": "link",
                "text": "What to run first",
                "tooltip": "What to run first in Binder or Colab",
                "icon": "fas fa-circle-info",
                "url": f"{front}#take-it-along",
            }
            group["buttons"].append(button)


def setup(app):
    # The pages that tell the address are made anew when it changes.
    app.add_config_value("repository_address", "", "env")
    app.add_directive("take-along", TakeAlong)
    # Before the theme reads its options, which it does at priority 500.
    app.connect("config-inited", link_to_repository, priority=400)
    # After the theme has made its buttons, which it does at priority 501.
    app.connect("html-page-context", say_what_to_run_first, priority=502)
    return {
        "version": "1",
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
