"""What the book's notebooks share: the house style of charts, and the canonical form of a notebook."""

from softmax_book.charts import house_style

__all__ = ["house_style"]
