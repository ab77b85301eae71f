"""
Heavy work in processes of its own: sessions are threads of one process and would stop each other.

`pool` and `outcome` know no screen; `waiting` shows how far a piece of work is, and `work` says
which work is heavy. What runs in a process (`child`, `tasks`) imports `geo` and no page.
"""
