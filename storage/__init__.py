"""Objects: put, get, stream, presign; a folder or an S3 server behind one small protocol.

    store = storage.open("folder:///srv/onewindow/objects")
    await store.ready()
    async with storage.landed(chunks, limit=20 << 20) as upload:
        examined = await examiner.examine(upload.path, filename, allowed={"pdf", "jpg"})
        stored = await store.keep(upload, "files/", examined.kind.media_type)
    async for part in await store.get(stored.key):
        ...

`storage.sniff` says what a file really is and refuses what isn't what it says, `storage.preview`
makes pictures and harmless copies; an `Examiner` runs both in worker processes, where a hostile
file can do no damage.
"""

from storage.address import open
from storage.examiner import Examined, Examiner, Harmless, Picture
from storage.kinds import KINDS, Kind
from storage.landing import Landed, landed
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
from storage.workers import OutOfMemory, OutOfTime, WorkerFailed, Workers

__all__ = [
    "KINDS",
    "BadKey",
    "Examined",
    "Examiner",
    "Harmless",
    "Hashing",
    "Kind",
    "Landed",
    "NotThere",
    "OutOfMemory",
    "OutOfTime",
    "Picture",
    "Reading",
    "Refused",
    "Stat",
    "StorageProblem",
    "Store",
    "Stored",
    "TooLarge",
    "Unavailable",
    "WorkerFailed",
    "Workers",
    "WrongSize",
    "chunked",
    "gathered",
    "landed",
    "open",
    "spoken_size",
]
