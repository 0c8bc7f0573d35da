"""What the notebooks share: the style of charts, and their canonical form."""

from softmax_book.charts import house_style

__all__ = ["house_style"]
