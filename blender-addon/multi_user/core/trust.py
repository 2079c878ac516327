"""Which Python that others sent may run in this Blender. Any thread; knows no Blender.

Nothing of theirs may until this artist trusts the session, but for arithmetic, which can do nothing but calculate.
"""

from __future__ import annotations

import ast
import functools
import hashlib

# As in Blender's own evaluator of simple expressions, which needs no Python for them: the same in 3.4, 4.3 and 5.2.
_FUNCTIONS = frozenset(
    "abs fabs floor ceil trunc round int sin cos tan asin acos atan atan2 exp log sqrt pow fmod min max radians "
    "degrees lerp clamp smoothstep".split()
)
_NODES = (
    *(
        ast.Expression,
        ast.BinOp,
        ast.UnaryOp,
        ast.BoolOp,
        ast.Compare,
        ast.IfExp,
        ast.Call,
        ast.Name,
        ast.Load,
    ),
    *(ast.Constant, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.UAdd, ast.USub, ast.Not, ast.And, ast.Or),
    *(ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE),
)
HELD = "Python of others came. It does not run here until you trust the session: see the panel."
_MOST_BYTES = 255  # what a driver's expression holds; arithmetic has a byte a character


def is_arithmetic(expression: str) -> bool:
    """Whether a driver's expression only calculates: numbers, names, operators that Blender itself knows, and calls
    of its mathematical functions. No attribute, index, text, power or other call: so even Python can do nothing else
    with it."""
    return len(expression) <= _MOST_BYTES and _only_calculates(expression)


@functools.lru_cache(maxsize=4096)
def _only_calculates(expression: str) -> bool:
    if not expression.strip():
        return True
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    return expression.isascii() and all(isinstance(node, _NODES) and _plain(node) for node in ast.walk(tree))


def _plain(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, (bool, int, float))
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in _FUNCTIONS and not node.keywords
    return True


class Trust:
    """What this artist trusts in one session. ``code`` is an expression, a script's text, or the place of a file."""

    def __init__(self, trusted: bool = False):
        """``trusted``: whether Python of others may run."""
        self.trusted = trusted
        self.author = ""  # whose change is being applied, as a name; empty where it is not known
        self.changes = 0  # rises whenever something is held or let go
        self._own: set[bytes] = set()
        self._foreign: set[bytes] = set()

    def allows(self, code: str) -> bool:
        """Whether this may become live here: all, if the session is trusted; else what this artist brought in."""
        return self.trusted or _digest(code) in self._own

    def let_in(self, code: str) -> None:
        """Others' code is about to become live."""
        digest = _digest(code)
        if digest not in self._own:
            self._foreign.add(digest)

    def live(self, code: str) -> None:
        """This is live in Blender: what was not let in is the artist's own."""
        digest = _digest(code)
        if digest not in self._foreign:
            self._own.add(digest)

    def was_let_in(self, code: str) -> bool:
        """Whether it is others' and became live in this session."""
        return _digest(code) in self._foreign

    @property
    def let_in_any(self) -> bool:
        """Whether code of others ever became live in this session."""
        return bool(self._foreign)


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.encode("utf-8", "surrogatepass")).digest()
