"""Objects: put, get, stream, presign; a folder or an S3 server behind one small protocol.

    store = storage.open("folder:///srv/onewindow/objects")
    await store.ready()
    stored = await store.put_content(chunks, "files/", limit=20 << 20, media_type="application/pdf")
    async for part in await store.get(stored.key):
        ...

`storage.sniff` says what a file really is and refuses what isn't what it says; `storage.preview`
makes pictures and harmless copies; `storage.workers` runs such work where it can do no damage.
"""

from storage.address import open
from storage.problems import (
    BadKey,
    NotThere,
    Refused,
    StorageProblem,
    TooLarge,
    Unavailable,
    WrongSize,
    spoken_size,
)
from storage.store import Stat, Store, Stored
from storage.streams import Hashing, Reading, chunked, gathered

__all__ = [
    "BadKey",
    "Hashing",
    "NotThere",
    "Reading",
    "Refused",
    "Stat",
    "StorageProblem",
    "Store",
    "Stored",
    "TooLarge",
    "Unavailable",
    "WrongSize",
    "chunked",
    "gathered",
    "open",
    "spoken_size",
]
