"""Matters that come from elsewhere: other tools' drawings, packages, and those of a place above.

`importing` makes drafts of them, `fill_ins` keeps what is still to be decided, `arriving` says what
the place lacks and `assigning` writes other people into a drawing; `inheritance` (pure) and
`adoption` are about a matter taken over from a place above.
"""
