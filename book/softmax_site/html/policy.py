"""The security policy of a page.

It stands in the page, since GitHub Pages sends no header of ours. What remains
inline is allowed by its hash.
"""

import base64
import hashlib


def apply(soup, page=None):
    """Allow what the site holds, and the inline code of this page by hash."""
    scripts = [script.string for script in soup.select("script:not([src])")]
    styles = [style.string for style in soup.select("style")]
    # Opened from a folder, a page comes from file: and so does the site.
    site = "'self' file:"
    policy = {
        # Firefox fetches the next page ahead, which has no directive of its
        # own. All others have one, or follow script-src, style-src, child-src.
        "default-src": "'self'",
        "script-src": f"{site} {hashes(scripts)}",
        "style-src": f"{site} {hashes(styles)}",
        "img-src": f"{site} data:",
        "font-src": site,
        "connect-src": site,
        "child-src": "'none'",
        "worker-src": "'self'" if soup.select(".run button") else "'none'",
        "manifest-src": "'none'",
        "media-src": "'none'",
        "object-src": "'none'",
        "form-action": site,
        "base-uri": "'none'",
    }
    content = "; ".join(f"{key} {value}" for key, value in policy.items())
    attributes = {"http-equiv": "Content-Security-Policy", "content": content}
    charset = soup.select_one("meta[charset]")
    charset.insert_after(soup.new_tag("meta", attrs=attributes))


def hashes(texts):
    digests = [hashlib.sha256(text.encode()).digest() for text in texts]
    encoded = [base64.b64encode(digest).decode() for digest in digests]
    return " ".join(dict.fromkeys(f"'sha256-{text}'" for text in encoded))
