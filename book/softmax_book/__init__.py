"""What chapters import: the style of their charts, and helpers of each."""
