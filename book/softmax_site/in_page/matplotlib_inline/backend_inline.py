"""What the book's charts ask of this module."""

from page_backend import set_matplotlib_formats

__all__ = ["set_matplotlib_formats"]
