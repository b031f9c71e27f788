"""The usual cast of a food licence in 青溪县, each at their desk."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from browsing import Browser
from casework import apply_for, do

DeskOf = Callable[..., Awaitable[Browser]]


@dataclass
class Cast:
    """张伟 applies, 李敏 takes in and delivers, 陈刚 inspects and reviews, 刘洋 checks, 赵蕾
    decides; 王建国 heads the centre."""

    applicant: Browser
    window: Browser
    reviewer: Browser
    checker: Browser
    decider: Browser
    manager: Browser

    async def food(self, upto: str = "", **changed: str) -> str:
        """A food licence case that has come as far as `upto` waiting; its receipt number."""
        receipt = await apply_for(self.applicant, "food-business", "qingxi", **changed)
        for step, who in (
            ("accept", self.window),
            ("inspect", self.reviewer),
            ("review", self.reviewer),
            ("check", self.checker),
            ("decide", self.decider),
        ):
            if step == (upto or "accept"):
                return receipt
            await do(who, receipt, step)
        return receipt


async def assemble(desk_of: DeskOf) -> Cast:
    """Everybody at their desk."""
    return Cast(
        applicant=await desk_of("13800000001"),
        window=await desk_of("li.min"),
        reviewer=await desk_of("chen.gang"),
        checker=await desk_of("liu.yang"),
        decider=await desk_of("zhao.lei"),
        manager=await desk_of("wang.jianguo"),
    )
