"""Reference values, rows that are hard to compute with, tables of errors."""
