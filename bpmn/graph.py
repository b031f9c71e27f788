"""The shape of one process as the engine runs it: who can reach whom, and what forms a branch."""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from bpmn.specs import BoundaryEvent, Gathering, Split
from bpmn.spiff import BpmnProcessSpec, TaskSpec


class Graph:
    """Over the task specs of one process or sub-process; names are theirs."""

    def __init__(self, spec: BpmnProcessSpec) -> None:
        self.spec = spec
        self.after: dict[str, list[str]] = {
            name: task_spec._outputs for name, task_spec in spec.task_specs.items()
        }
        self.before: dict[str, list[str]] = {
            name: task_spec._inputs for name, task_spec in spec.task_specs.items()
        }

    def joins(self) -> list[Gathering]:
        """Gateways where tokens wait for each other."""
        return [
            task_spec
            for task_spec in self.spec.task_specs.values()
            if isinstance(task_spec, Gathering) and len(task_spec._inputs) > 1
        ]

    def joins_ahead(self, target: str) -> Iterator[tuple[Gathering, dict[str, frozenset[str]]]]:
        """Joins of the forks a target stands behind; for each of their inputs, the specs where a
        token stands that will arrive by it. Other joins are for another round, or have a fork of
        their own ahead of them."""
        for join in self.joins():
            towards = {name: self._towards(name, join.name) for name in set(join._inputs)}
            behind = [
                reach
                for name, task_spec in self.spec.task_specs.items()
                if _forks(task_spec, self.spec)
                and all(name in specs for specs in towards.values())
                and join.name in (reach := self._behind(name))
            ]
            within = min(behind, key=len, default=frozenset[str]())
            if target in within and any(target in specs for specs in towards.values()):
                yield join, {name: specs & within for name, specs in towards.items()}

    def _towards(self, name: str, join: str) -> frozenset[str]:
        """Specs that lead to `name` and to which the way doesn't lead through the join, as on a
        loop back it does."""
        leading = _spread([name], self.before.__getitem__, join)
        return leading & _spread([self.spec.start.name], self.after.__getitem__, join)

    def _behind(self, fork: str) -> frozenset[str]:
        """What can only be reached through this spec."""
        around = _spread([self.spec.start.name], self.after.__getitem__, fork)
        return frozenset(self.after) - around - {fork}

    def branch_of(self, one: str, other: str) -> frozenset[str] | None:
        """The smallest branch that holds both specs; None if no branch does."""
        holding = [branch for branch in self.branches if one in branch and other in branch]
        return min(holding, key=len, default=None)

    def side_by_side(self, one: str, other: str) -> bool:
        """Whether tokens may stand at both at a time: in different branches of one fork."""
        for name, task_spec in self.spec.task_specs.items():
            if _forks(task_spec, self.spec):
                branches = [self._branch(name, first) for first in dict.fromkeys(self.after[name])]
                if any(
                    one in branch
                    and any(other in beside for beside in branches if beside != branch)
                    for branch in branches
                ):
                    return True
        return False

    def side_branches(self) -> Iterator[frozenset[str]]:
        """What only a non-interrupting boundary event sets going."""
        for name, task_spec in self.spec.task_specs.items():
            if isinstance(task_spec, Split):
                for first in task_spec._outputs:
                    event = self.spec.task_specs[first]
                    if isinstance(event, BoundaryEvent) and not event.cancel_activity:
                        yield self._branch(name, first)

    @cached_property
    def branches(self) -> list[frozenset[str]]:
        """Every branch of every fork: what its first spec reaches, less what another branch of the
        fork reaches too, less what can be reached without the fork."""
        return [
            self._branch(name, first)
            for name, task_spec in self.spec.task_specs.items()
            if _forks(task_spec, self.spec)
            for first in dict.fromkeys(self.after[name])
        ]

    def _branch(self, fork: str, first: str) -> frozenset[str]:
        outside = _spread([self.spec.start.name], self.after.__getitem__, fork)
        others = [name for name in self.after[fork] if name != first]
        beside = _spread(others, self.after.__getitem__, fork)
        return _spread([first], self.after.__getitem__, fork) - outside - beside


def _forks(task_spec: TaskSpec, spec: BpmnProcessSpec) -> bool:
    """True where one token becomes several that run side by side."""
    if isinstance(task_spec, Split):
        return any(
            isinstance(output := spec.task_specs[name], BoundaryEvent)
            and not output.cancel_activity
            for name in task_spec._outputs
        )
    return isinstance(task_spec, Gathering) and len(set(task_spec._outputs)) > 1


def _spread(
    first: Iterable[str], step: Callable[[str], Iterable[str]], barrier: str
) -> frozenset[str]:
    seen: set[str] = set()
    pending = [name for name in first if name != barrier]
    while pending:
        name = pending.pop()
        if name not in seen:
            seen.add(name)
            pending.extend(following for following in step(name) if following != barrier)
    return frozenset(seen)
