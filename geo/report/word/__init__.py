"""A Word document, as Word itself would have it: elements, styles, and the document of them."""
