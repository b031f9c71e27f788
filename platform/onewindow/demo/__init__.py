"""The demo town: a small city with people, matters and cases in every state.

All of it is content (`town.json`, `cases.json`, answers beside them). The code here knows no place,
matter or form; it makes them through the same actions as people do, so the town is also a test.
"""

from onewindow.demo.town import reset, seed_if_empty, sign_ins

__all__ = ["reset", "seed_if_empty", "sign_ins"]
