"""Playing a matter's draft before anybody relies on it, and testing it by scenarios.

`scenario` is the format, `world` what a play sees of a tenant, `play` goes through one by the same
rules as a real case, `expect` says whether what was seen is what should be, `coverage` which ways
nobody tried. Nothing here writes a row, queues a job, draws a number or sends a message.
"""
