"""What builds the site, the PDF and the offline copy of the book."""
