"""
The municipality's list of planned and finished projects: every change kept, nothing overwritten.

`store.Ledger` is the way in. One table holds one row a change with the project's whole state after
it, so that the state after any entry is a plain query. SQLite for one machine, PostgreSQL for many.
"""
