"""
The register of sites: what a business asks for, with history and undo.

`store.Register` is the way in; it is kept in the ledger's database, entry by entry as the projects
are. What may be shown outside the municipality is `public.public_sites`, and nothing else.
"""
