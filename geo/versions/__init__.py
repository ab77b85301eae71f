"""
The municipality's own data: versions of the pack kept beside each other, one of them in use.

`store.Store` is the way in. A version is a whole pack in a folder of its own and never changes.
"""
