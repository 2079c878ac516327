"""Drivers whose Python is held aside until this artist trusts the session. Main thread only.

In Blender such a driver is muted and its expression is 0, so that what it drives keeps the value that its author's
Blender calculated. What it really says stands in a variable of the driver, ``MARK``, that has no target: so it goes
wherever Blender takes the driver, by undo, copies, renaming and saved files, and it is what captures read.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from ..core.trust import Trust, is_arithmetic

MARK = "multi_user_held"
INERT = "0.0"


class Kept(NamedTuple):
    """What a held driver really says."""

    expression: str
    mute: bool | None  # None: as the curve is, which ``settle`` fills in
    author: str


def kept(driver) -> Kept | None:
    """What a driver really says; None if it is not held."""
    index = driver.variables.find(MARK)
    if index < 0:
        return None
    try:
        expression, mute, author = json.loads(driver.variables[index].targets[0].data_path)
        return Kept(str(expression), None if mute is None else bool(mute), str(author))
    except (ValueError, TypeError):  # somebody wrote into the mark
        return Kept(INERT, False, "")


def keep(driver, what: Kept) -> None:
    """Holds a driver; ``settle`` has to follow, which mutes its curve."""
    index = driver.variables.find(MARK)
    mark = driver.variables[index] if index >= 0 else driver.variables.new()
    mark.name = MARK
    mark.targets[0].data_path = json.dumps(list(what), ensure_ascii=False)
    if driver.expression != INERT:
        driver.expression = INERT


def settle(curve, trust: Trust) -> None:
    """Makes the curve of a driver fit it after something was set: muted while held, live where that is allowed."""
    what = kept(curve.driver)
    if what is None:
        return
    if what.mute is None:
        what = what._replace(mute=curve.mute)
        keep(curve.driver, what)
        trust.changes += 1
    if is_arithmetic(what.expression) or trust.allows(what.expression):
        let_go(curve, what, trust)
    elif not curve.mute:
        curve.mute = True


def let_go(curve, what: Kept, trust: Trust) -> None:
    """A held driver says again what it really says."""
    if not is_arithmetic(what.expression):
        trust.let_in(what.expression)
    variables = curve.driver.variables
    variables.remove(variables[variables.find(MARK)])
    curve.driver.expression = what.expression
    curve.mute = what.mute
    trust.changes += 1


def hold(curve, trust: Trust) -> bool:
    """Holds a driver that is live because the session was trusted; whether it did."""
    driver = curve.driver
    if kept(driver) is not None or not trust.was_let_in(driver.expression):
        return False
    keep(driver, Kept(driver.expression, None, trust.author))
    settle(curve, trust)
    return True
