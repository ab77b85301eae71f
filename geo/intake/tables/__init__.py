"""Tables of text and workbooks: which row has the headings, and where each row is."""
