"""A file of the catalogue: read, checked as a whole, and written. The format: docs/catalogue.md."""
