"""Links to the repository, shown only where its address is known.

The address is one setting: the environment variable SOFTMAX_BOOK_REPOSITORY,
such as https://github.com/owner/name.
"""

import os


def link_to_repository(app, config):
    address = os.environ.get("SOFTMAX_BOOK_REPOSITORY", "").rstrip("/")
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


def setup(app):
    # Before the theme reads its options, which it does at priority 500.
    app.connect("config-inited", link_to_repository, priority=400)
    return {
        "version": "1",
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
