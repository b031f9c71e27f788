"""Bringing a version of a matter into force: the gate, who confirms, when, and taking it back.

`hurdles` are pure, `eligible` and `samples` look at the tenant, `gate` asks them all, `reviews` is
the word of the supervising tenant, `actions` are the verbs: publish, schedule, suspend, withdraw.
"""
