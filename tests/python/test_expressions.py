"""Which expressions only calculate, and what a session's trust remembers. Needs no Blender."""

from __future__ import annotations

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import addon  # noqa: E402

addon.use_sources()

from multi_user.core.trust import Trust, is_arithmetic  # noqa: E402

# All of them are simple expressions for Blender 3.4, 4.3 and 5.2 as well.
CALCULATES = (
    *(
        "",
        " ",
        "frame*2",
        "var + 1",
        "-x/2 + .5",
        "1 if frame > 2 else 3",
        "0 < frame <= 3",
        "not a and b or True",
    ),
    *("sin(frame)", "lerp(0, 1, frame)", "min(1, 2, 3)", "int(3.2)", "log(2, 3)", "pow(2, 3)", " pi "),
)
DOES_MORE = (
    *(
        "__import__('os')",
        "open('x', 'w').close()",
        "f(x)",
        "x.y",
        "self.x",
        "x[0]",
        "'text'",
        "f'{x}'",
        "[1]",
    ),
    *("(lambda: 1)()", "sin.__self__", "abs(*x)", "min(1, key=f)", "[x for x in y]", "(x := 1)", "9**9**9"),
    *("sin(frame)(1)", "eval(x)", "exec(x)", "x; y", "b'x'", "1j", "None", "...", "getattr(x, y)"),
    *("frame\0", "(" * 200 + ")" * 200, "-" * 256, "1 +", "ｓｉｎ(1)", "x % 2", "x // 2", "x is y", "x in y"),
    *("\ud800", "yield", "await x", "1 if x else y.z", "max(min(1, f(2)), 3)", "import os", "noise.random()"),
)


class ExpressionTest(unittest.TestCase):
    def test_arithmetic(self):
        for expression in CALCULATES:
            self.assertTrue(is_arithmetic(expression), expression)

    def test_anything_else_is_held(self):
        for expression in DOES_MORE:
            self.assertFalse(is_arithmetic(expression), expression)


class TrustTest(unittest.TestCase):
    def test_nothing_of_others_before_trust(self):
        trust = Trust()
        self.assertFalse(trust.allows("f()"))
        trust.trusted = True
        self.assertTrue(trust.allows("f()"))

    def test_own_work_may_always_run(self):
        trust = Trust()
        trust.live("f()")
        self.assertTrue(trust.allows("f()"))
        trust.let_in("f()")  # it comes back by undo, for one
        self.assertFalse(trust.was_let_in("f()"))

    def test_what_was_let_in_does_not_become_own(self):
        trust = Trust(trusted=True)
        trust.let_in("f()")
        trust.live("f()")
        trust.trusted = False
        self.assertFalse(trust.allows("f()"))
        self.assertTrue(trust.was_let_in("f()"))


if __name__ == "__main__":
    unittest.main()
