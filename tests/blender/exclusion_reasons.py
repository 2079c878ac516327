"""Why the independent walk leaves something out, where many have the same reason. Plain Python, no bpy."""

RUNTIME = "made by Blender while it runs, not part of the data"
DERIVED = "follows from other properties that are compared"
SELECTION = "selection is each artist's own"
UI = "how one artist's window shows it"
PER_USER = "each artist's own place in the session"
MACHINE = "proxies and caches belong to each machine"
