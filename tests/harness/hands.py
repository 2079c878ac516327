"""A member's hands: they find buttons of the add-on's tab where an artist sees them, and press them with the mouse.

Blender copies what stands under the mouse with Ctrl+C: of a button the call that it makes. By that a button is found,
wherever it is drawn.
"""

from __future__ import annotations

import time

from harness.display import Display
from harness.member import Member

_SIDEBAR = """
import view
bpy.context.preferences.system.use_region_overlap = False
bpy.context.preferences.view.show_splash = False
_, *result = view.region('UI')
"""
_TABS_PIXELS = 22
_STEP_PIXELS = 15  # less than any button is high or wide
_HOVER_SECONDS = 0.05
_DRAWN_SECONDS = 0.6
_CLIPBOARD = "bpy.context.window_manager.clipboard"
_SPACE = {" ": "space"}


class Hands:
    """Mouse and keys of a Blender with a window."""

    def __init__(self, member: Member, display: Display):
        self.member = member
        self.display = display
        member.run(_SIDEBAR)
        member.show_tab(display)
        time.sleep(_DRAWN_SECONDS)
        display.focus()

    def press_button(self, call: str, icon: bool = False) -> None:
        """Presses the button of the tab that makes this call. Icons stand at the right, other buttons in the middle.
        Raises AssertionError where no button does."""
        self.click(self._button(call, icon))

    def _button(self, call: str, icon: bool) -> tuple[int, int]:
        left, top, width, height = self.member.run(_SIDEBAR)
        right = left + width - _TABS_PIXELS
        columns = range(right - 20, left + width // 2, -_STEP_PIXELS) if icon else [(left + right) // 2]
        rows = range(top + 8, top + height - 4, _STEP_PIXELS)
        held = self.member.value(_CLIPBOARD)
        try:
            for x, y in ((x, y) for y in rows for x in columns):
                if call in self._copied(x, y):
                    return x, y
        finally:
            self.member.run(f"{_CLIPBOARD} = args['held']", held=held)
        raise AssertionError(f"no button of {self.member.name} makes the call {call}")

    def _copied(self, x: int, y: int) -> str:
        """What Blender copies at a place."""
        self.member.run(f"{_CLIPBOARD} = ''")
        self.display.press_over(x, y, "ctrl+c", _HOVER_SECONDS)
        return self.member.value(_CLIPBOARD)

    def click(self, place: tuple[int, int]) -> None:
        """Presses the left button; from the top left of the screen in pixels."""
        with self.display.pressed(place):
            time.sleep(0.1)
        time.sleep(_DRAWN_SECONDS)

    def click_object(self, name: str) -> None:
        """Clicks on an object in the 3D view, on its origin."""
        code = "import view\nresult = view.place_of(args['name'])"
        self.click(tuple(self.member.run(code, name=name)))

    def over_view(self) -> None:
        """Leaves the mouse over the scene, so that keys go there."""
        self.display.point(*self.member.run("import view\nresult = view.view_middle()"))
        time.sleep(_HOVER_SECONDS)

    def search(self, name: str) -> None:
        """Carries out what Blender's search (F3) finds first under a name."""
        self.over_view()
        self.display.press("F3")
        time.sleep(_DRAWN_SECONDS)
        self.display.press(*(_SPACE.get(letter, letter) for letter in name.lower()))
        time.sleep(_DRAWN_SECONDS)
        self.display.press("Return")
        time.sleep(_DRAWN_SECONDS)

    def answer(self, key: str = "Return") -> None:
        """Answers a dialog that has just opened."""
        time.sleep(_DRAWN_SECONDS)
        self.display.press(key)
        time.sleep(_DRAWN_SECONDS)
