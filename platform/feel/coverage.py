"""What a decision table leaves open: cases no rule is for, rules that meet, rules never reached.

Worked out from the cells alone, exactly, as long as they compare with plain values (`cells`). What
a rule really gives for some input is the engine's to say (`Feel.decide`); this says which inputs
are worth asking.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from feel.cells import ANYTHING, Column, read_tests

MOST_FOUND = 20
BUDGET = 60_000
"""Steps of the search for gaps; a table that needs more is examined in part."""
MOST_ROWS = 400


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two rules (numbers from 1) that can hold at once, and where: a test for each column."""

    rules: tuple[int, int]
    where: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """`gaps` are cases without a rule, a test for each column; `unreached` rules that never count;
    `unread` rules whose cells can't be told without running them. `whole`: nothing was left out
    for the sake of time or of what couldn't be read. `rows` are inputs worth trying, a value for
    each column."""

    overlaps: tuple[Overlap, ...] = ()
    gaps: tuple[tuple[str, ...], ...] = ()
    unreached: tuple[int, ...] = ()
    unread: tuple[int, ...] = ()
    whole: bool = True
    rows: tuple[tuple[Any, ...], ...] = ()


def examine(table: Mapping[str, Any]) -> Coverage:
    """Look at a decision table as `feel.dmn` reads it (`DecisionModel.data`)."""
    if not table["inputs"] or not table["rules"]:
        return Coverage()
    sheet = _Sheet(table)
    if not sheet.columns:
        return Coverage(unread=tuple(range(1, len(table["rules"]) + 1)), whole=False)
    search = _Search(sheet)
    first = table["hit"] == "FIRST"
    gaps, unreached = search.gaps() if not sheet.unread else (), sheet.impossible()
    if any(output.get("otherwise") for output in table["outputs"]):
        gaps = ()
    if first and not sheet.unread:
        unreached = (*unreached, *search.shadowed(unreached))
    overlaps: tuple[Overlap, ...] = ()
    if table["hit"] in ("UNIQUE", "ANY"):
        overlaps = tuple(_overlaps(sheet, table))
    return Coverage(
        overlaps,
        tuple(gaps),
        tuple(sorted(unreached)),
        tuple(sheet.unread),
        whole=not sheet.unread and search.left > 0,
        rows=tuple(_rows(sheet)),
    )


class _Sheet:
    """The table as sets of classes: `boxes[rule][column]`; `unread` rules are left out (None)."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        texts = [[cell and cell["text"] for cell in rule["when"]] for rule in table["rules"]]
        tests = [[ANYTHING if t is None else read_tests(t) for t in row] for row in texts]
        self.unread = [n for n, row in enumerate(tests, 1) if None in row]
        readable = [[each for each in row if each] for row in tests if None not in row]
        self.columns: list[Column] = []
        for k, given in enumerate(table["inputs"]):
            allowed = read_tests(given["allowed"]["text"]) if given["allowed"] else None
            try:
                self.columns.append(Column([row[k] for row in readable], allowed, given["type"]))
            except ValueError:
                self.columns = []
                break
        self.boxes: list[tuple[int, ...] | None] = [
            tuple(
                column.classes(each)
                for column, each in zip(self.columns, row, strict=False)
                if each is not None
            )
            if None not in row and self.columns
            else None
            for row in tests
        ]

    def read(self) -> Iterator[tuple[int, tuple[int, ...]]]:
        return ((n, box) for n, box in enumerate(self.boxes, 1) if box is not None)

    def impossible(self) -> tuple[int, ...]:
        return tuple(n for n, box in self.read() if not all(box))

    def said(self, box: Sequence[int]) -> tuple[str, ...]:
        return tuple(c.said(classes) for c, classes in zip(self.columns, box, strict=True))


class _Search:
    """Looks for points that no rule of a set covers, column by column, merging classes that the
    same rules let through."""

    def __init__(self, sheet: _Sheet) -> None:
        self.sheet = sheet
        self.left = BUDGET
        self.rules = dict(sheet.read())
        # For each column and class, the rules that let it through: bit n for rule n.
        self.letting: list[list[int]] = []
        for k, column in enumerate(sheet.columns):
            masks = [0] * column.count
            for number, box in self.rules.items():
                classes = box[k]
                while classes:
                    masks[(classes & -classes).bit_length() - 1] |= 1 << number
                    classes &= classes - 1
            self.letting.append(masks)

    def gaps(self) -> tuple[tuple[str, ...], ...]:
        everything = tuple(column.everything for column in self.sheet.columns)
        rules = sum(1 << number for number in self.rules)
        found: list[tuple[str, ...]] = []
        for box in self._open(0, rules, everything, set()):
            found.append(self.sheet.said(box))
            if len(found) == MOST_FOUND:
                break
        return tuple(found)

    def shadowed(self, but: Sequence[int]) -> Iterator[int]:
        """Rules whose every case an earlier rule takes."""
        earlier = 0
        for number, box in self.rules.items():
            reached = next(self._open(0, earlier, box, set()), None) if earlier else box
            if reached is None and self.left > 0 and number not in but:
                yield number
            earlier |= 1 << number

    def _open(
        self, k: int, rules: int, box: tuple[int, ...], full: set[tuple[int, int]]
    ) -> Iterator[tuple[int, ...]]:
        """Boxes within `box` where none of `rules` holds. `full`: what is known to have none."""
        if not rules:
            yield box
            return
        if k == len(box) or (k, rules) in full or self.left <= 0:
            return
        groups: dict[int, int] = {}
        for number, masks in enumerate(self.letting[k]):
            if box[k] >> number & 1:
                kept = rules & masks
                groups[kept] = groups.get(kept, 0) | 1 << number
        any_open = False
        for kept, classes in groups.items():
            self.left -= 1
            for inner in self._open(k + 1, kept, (*box[:k], classes, *box[k + 1 :]), full):
                any_open = True
                yield inner
        if not any_open and self.left > 0:
            full.add((k, rules))


def _overlaps(sheet: _Sheet, table: Mapping[str, Any]) -> Iterator[Overlap]:
    rules = list(sheet.read())
    same = table["hit"] == "ANY"
    outputs = [[cell and cell["text"] for cell in rule["then"]] for rule in table["rules"]]
    found = 0
    for at, (number, box) in enumerate(rules):
        for other, second in rules[at + 1 :]:
            if any(not one & two for one, two in zip(box, second, strict=True)):
                continue
            if same and outputs[number - 1] == outputs[other - 1]:
                continue
            both = [one & two for one, two in zip(box, second, strict=True)]
            yield Overlap((number, other), sheet.said(both))
            found += 1
            if found == MOST_FOUND:
                return


def _rows(sheet: _Sheet) -> Iterator[tuple[Any, ...]]:
    """Every combination of classes if they are few, else a point in each rule and its neighbours
    at the ends of what the rule lets through."""
    columns = sheet.columns
    choices = [[k for k in range(c.count) if c.everything >> k & 1] for c in columns]
    size = 1
    for each in choices:
        size *= len(each)
    if size <= MOST_ROWS:
        for numbers in product(*choices):
            yield tuple(c.sample(k) for c, k in zip(columns, numbers, strict=True))
        return
    seen: set[tuple[int, ...]] = set()
    points = [
        [(classes & -classes).bit_length() - 1 for classes in box]
        for _number, box in sheet.read()
        if all(box)
    ]
    ends = [
        [*point[:k], classes.bit_length() - 1, *point[k + 1 :]]
        for point, (_number, box) in zip(
            points, (r for r in sheet.read() if all(r[1])), strict=True
        )
        for k, classes in enumerate(box)
    ]
    for numbers in map(tuple, (*points, *ends)):
        if numbers not in seen and (len(seen) < MOST_ROWS or len(seen) < len(points)):
            seen.add(numbers)
            yield tuple(c.sample(k) for c, k in zip(columns, numbers, strict=True))
