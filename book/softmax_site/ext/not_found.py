"""The page 404.html, which a server shows in place of one that isn't there.

It is shown at any address, so that its links start at the site's root, which
is that of a project on GitHub Pages: /name/ for github.com/owner/name. Where
no address of a repository is set, it is the root of the server.
"""

from softmax_site.addresses import site_root

TITLE = "There is no such page"
BODY = """
<h1>{title}</h1>
<p>The address may have been mistyped, or the page may have been renamed.</p>
<ul>
<li><a href="{root}book/index.html">The front page</a> says what the book is
about.</li>
<li>The table of contents on this page lists every chapter. On a narrow screen
it is behind the button at the top left.</li>
<li><a href="{root}search.html">The search</a> finds a word in all chapters,
and <a href="{root}book/glossary.html">the glossary</a> explains the terms.</li>
</ul>
"""


def describe(app, config):
    root = site_root()
    config.notfound_urls_prefix = root
    config.notfound_context = {
        "title": TITLE,
        "body": BODY.format(title=TITLE, root=root),
    }


def setup(app):
    app.setup_extension("notfound.extension")
    # Before the extension looks at its settings, at priority 500.
    app.connect("config-inited", describe, priority=400)
    return {
        "version": "1",
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
