"""Files: how far they are, stopping them, and the folder that keeps them. Main thread only."""

import os
import shutil

import bpy

from .. import preferences
from ..session import Session
from .current import possible, running
from .wrapping import draw_wrapped

_SHOWN = 5
_UNITS = ("B", "KB", "MB", "GB", "TB")
_CLEAR_MEANING = (
    "Pictures, sounds and movies of the others disappear from files that you saved,",
    "unless you packed them (File > External Data > Pack Resources) before.",
)


def size_text(count: int) -> str:
    """A number of bytes as people say it."""
    size, unit = float(count), 0
    while size >= 999.5 and unit < len(_UNITS) - 1:
        size, unit = size / 1024, unit + 1
    return f"{size:.0f} {_UNITS[unit]}" if unit == 0 or size >= 99.95 else f"{size:.1f} {_UNITS[unit]}"


def draw_files(layout, current: Session) -> None:
    """What is on its way; nothing where there is none."""
    files = current.files
    transfers = files.transfers
    if not transfers.moving and not files.stopped:
        return
    box = layout.box().column(align=True)
    row = box.row()
    row.label(text="Files", icon="FILE_FOLDER")
    if files.stopped:
        row.operator("multiuser.resume_files", text="", icon="PLAY")
    else:
        row.operator("multiuser.stop_files", text="", icon="PAUSE")
    for (done, total, count), icon, verb, unknown in (
        (transfers.down, "IMPORT", "to come", "wait for the others"),
        (transfers.up, "EXPORT", "to send", "to send"),
    ):
        if count:
            text = f"{size_text(done)} of {size_text(total)}, {count} {verb}"
            box.label(text=f"{100 * done // total} %: {text}" if total else f"{count} {unknown}", icon=icon)
    failed = [it for it in transfers.moving if it.problem]
    moving = [it for it in transfers.moving if not it.problem and it.state == "MOVING"]
    for it in moving[:_SHOWN]:
        share = f"{100 * it.done // it.total} %" if it.total else "…"
        row = box.row()
        row.active = False
        row.label(text=f"{share}  {it.name}", icon="BLANK1")
    for it in failed[:_SHOWN]:
        draw_wrapped(box, f"{it.name}: {it.problem}", "ERROR")


class MULTIUSER_OT_stop_files(bpy.types.Operator):
    """Stop sending and fetching files until you let them go on; edits are not held back"""

    bl_idname = "multiuser.stop_files"
    bl_label = "Stop Files"

    @classmethod
    def poll(cls, _context):
        """In a session."""
        return running() is not None

    def execute(self, _context):
        """Tells the agent."""
        running().files.stop()
        return {"FINISHED"}


class MULTIUSER_OT_resume_files(bpy.types.Operator):
    """Go on sending and fetching files"""

    bl_idname = "multiuser.resume_files"
    bl_label = "Resume Files"

    @classmethod
    def poll(cls, _context):
        """In a session."""
        return running() is not None

    def execute(self, _context):
        """Tells the agent."""
        running().files.resume()
        return {"FINISHED"}


class MULTIUSER_OT_clear_cache(bpy.types.Operator):
    """Delete all files of the others from the cache folder"""

    bl_idname = "multiuser.clear_cache"
    bl_label = "Clear Cache"

    @classmethod
    def poll(cls, _context):
        """Not while a session uses them."""
        return possible(cls, running() is None, "Leave the session first: it uses the files")

    def invoke(self, context, _event):
        """Says first what it means, and how much there is."""
        try:
            self.size = size_text(_bytes_in(preferences.files_folder(preferences.get())))
        except OSError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        return context.window_manager.invoke_props_dialog(self, width=440)

    def draw(self, _context):
        """What it means."""
        column = self.layout.column()
        column.label(text=f"This deletes {self.size} of files.", icon="ERROR")
        for line in _CLEAR_MEANING:
            column.label(text=line, icon="BLANK1")

    def execute(self, _context):
        """Deletes them."""
        freed = 0
        try:
            folder = preferences.files_folder(preferences.get())
            freed = _bytes_in(folder)
            shutil.rmtree(folder)
        except FileNotFoundError:
            pass
        except OSError as error:
            self.report({"ERROR"}, f"The cache cannot be deleted: {error}")
            return {"CANCELLED"}
        self.report({"INFO"}, f"{size_text(freed)} were deleted")
        return {"FINISHED"}


class MULTIUSER_OT_cache_size(bpy.types.Operator):
    """Look how much the others' files take in the cache folder"""

    bl_idname = "multiuser.cache_size"
    bl_label = "Cache Size"

    def execute(self, _context):
        """Tells it."""
        try:
            folder = preferences.files_folder(preferences.get())
        except OSError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        self.report({"INFO"}, f"{size_text(_bytes_in(folder))} in {folder}")
        return {"FINISHED"}


def _bytes_in(folder: str) -> int:
    """What the files in a folder take, those below it included; links are not followed."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(parent, name)).st_size
            except OSError:  # gone meanwhile
                continue
    return total


CLASSES = (
    MULTIUSER_OT_stop_files,
    MULTIUSER_OT_resume_files,
    MULTIUSER_OT_clear_cache,
    MULTIUSER_OT_cache_size,
)
