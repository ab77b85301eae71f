"""
An invented county of twelve municipalities: the example of the page that compares them.

No municipality has these numbers or names, and the county lies in the open sea. Its layers are
generated (`county`), and its summary is what `python -m geo distribute` makes of them (`build`), so
that the page shows what the command gives and nothing drawn by hand.
"""
