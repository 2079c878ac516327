"""Sounds, clips, fonts and other files, and a video sequence with every kind of strip. Runs in Blender."""

import os
import tempfile
import wave

import bpy

FOLDER = tempfile.TemporaryDirectory(prefix="multi-user-media")


def build() -> None:
    """All of it, in the scene that is open."""
    sound, picture = media(FOLDER.name)
    files(sound, picture)
    sequence(bpy.context.scene, sound, picture)


def media(folder: str) -> tuple[str, str]:
    """A sound of 4 s and a picture, as files in a folder."""
    sound, picture = os.path.join(folder, "töne.wav"), os.path.join(folder, "bild.png")
    with wave.open(sound, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0\1" * 32000)
    image = bpy.data.images.new("to be saved", 8, 8)
    image.filepath_raw, image.file_format = picture, "PNG"
    image.save()
    bpy.data.images.remove(image)
    return sound, picture


def font_path() -> str:
    """A font that comes with Blender."""
    folder = os.path.join(bpy.utils.resource_path("LOCAL"), "datafiles", "fonts")
    system = "/usr/share/blender/datafiles/fonts"
    for place in (folder, system):
        names = sorted(name for name in os.listdir(place)) if os.path.isdir(place) else ()
        for name in names:
            if name.endswith((".ttf", ".woff2")):
                return os.path.join(place, name)
    return ""


def files(sound: str, picture: str) -> None:
    """Each kind of file, there and missing."""
    kept = [bpy.data.sounds.load(sound), bpy.data.sounds.load("/missing/sound.wav")]
    kept[0].use_mono, kept[1].use_memory_cache = True, True
    clip = bpy.data.movieclips.load(picture)
    clip.frame_start, clip.display_aspect, clip.tracking.camera.k1 = 7, (2, 1), 0.25
    gone = bpy.data.movieclips.load(picture)
    gone.name, gone.filepath, gone.frame_offset = "gone", "/missing/clip.mp4", 3
    kept += [clip, gone]
    volume = bpy.data.volumes.new("smoke")
    volume.filepath, volume.is_sequence, volume.frame_duration = "/missing/smoke.vdb", True, 12
    kept.append(volume)
    bpy.ops.cachefile.open(filepath="/missing/cache.abc")
    cache = bpy.data.cache_files[-1]
    cache.scale, cache.frame_offset = 0.5, 2
    kept.append(cache)
    text = bpy.data.curves.new("text", "FONT")
    if font_path():
        text.font_bold = bpy.data.fonts.load(font_path())
        kept.append(text.font_bold)
    kept.append(text)
    speaker = bpy.data.speakers.new("speaker")
    speaker.sound = kept[0]
    for datablock in (*kept, speaker):
        datablock.use_fake_user = True


def strips_of(owner):
    """The strips of an editor or a meta strip."""
    return owner.strips if hasattr(owner, "strips") else owner.sequences


def effect(owner, name: str, kind: str, channel: int, first: int, frames: int, *inputs):
    """An effect strip, by either release's names."""
    strips = strips_of(owner)
    known = strips.bl_rna.functions["new_effect"].parameters.keys()
    end = {"length": frames} if "length" in known else {"frame_end": first + frames}
    names = ("input1", "input2") if "input1" in known else ("seq1", "seq2")
    return strips.new_effect(
        name=name, type=kind, channel=channel, frame_start=first, **end, **dict(zip(names, inputs))
    )


def sequence(scene, sound: str, picture: str) -> None:
    """Every kind of strip and effect, modifiers, channels, and a meta strip in a meta strip."""
    editor = scene.sequence_editor_create()
    strips = strips_of(editor)
    strips.new_sound("Ton", sound, 1, 1).volume = 0.5
    image = strips.new_image("Bild", picture, 2, 1)
    image.elements.append("zweites.png")
    image.elements.append("drittes.png")
    image.transform.scale_x, image.crop.min_x, image.blend_alpha = 1.5, 4, 0.5
    strips.new_movie("Film", "/missing/film.mp4", 3, 1)
    other = bpy.data.scenes.new("strip's scene")
    other.frame_end = 77
    strips.new_scene("Szene", other, 4, 10)
    other.frame_end = 33
    if "clip" in strips.new_clip("Clip", bpy.data.movieclips["gone"], 5, 1).bl_rna.properties:
        strips["Clip"].undistort = True
    else:
        strips.remove(strips["Clip"])
    mask = bpy.data.masks.new("strip's mask")
    strips.new_mask("Maske", mask, 6, 1).mute = True
    first = effect(editor, "Farbe", "COLOR", 7, 1, 40)
    second = effect(editor, "zweite/Färbe", "COLOR", 7, 50, 40)
    first.color, second.lock = (1, 0.5, 0), True
    effects(editor, first, second)
    modifiers(first, second, mask)
    meta(editor, picture)
    channel = editor.channels[4]
    channel.name, channel.lock = "Szenen", True
    editor.channels[5].mute = True


def effects(editor, first, second) -> None:
    """One of every kind of effect."""
    kinds = strips_of(editor).bl_rna.functions["new_effect"].parameters["type"].enum_items.keys()
    for channel, kind in enumerate(kinds, 10):
        for inputs in ((), (first,), (first, second)):
            try:
                made = effect(editor, f"effect {kind}", kind, channel, 20, 10, *inputs)
            except RuntimeError:  # it needs more
                continue
            made.blend_alpha, made.mute = 0.75, True
            break
    chain = strips_of(editor)["effect CROSS"]
    effect(editor, "a chain", "GAUSSIAN_BLUR", 40, 1, 1, chain).size_x = 3
    strips_of(editor)["effect TEXT"].text = "Grüße"


def modifiers(strip, masking, mask) -> None:
    """Every kind of modifier."""
    kinds = strip.modifiers.bl_rna.functions["new"].parameters["type"].enum_items.keys()
    for kind in kinds:
        strip.modifiers.new(f"modifier {kind}", kind)
    strip.modifiers["modifier CURVES"].curve_mapping.curves[0].points.new(0.4, 0.7)
    strip.modifiers["modifier COLOR_BALANCE"].color_balance.gain = (0.5, 1, 1.5)
    strip.modifiers["modifier TONEMAP"].input_mask_strip = masking
    strip.modifiers["modifier MASK"].input_mask_type = "ID"
    strip.modifiers["modifier MASK"].input_mask_id = mask


def meta(editor, picture: str) -> None:
    """A meta strip in a meta strip, trimmed."""
    outer = strips_of(editor).new_meta("außen", 41, 1)
    inner = strips_of(outer).new_meta("innen", 2, 1)
    for number in range(3):
        made = strips_of(inner).new_image(f"darin {number}", picture, 1, 100 + 20 * number)
        made.blend_type = "ADD"
    effect(outer, "daneben", "TEXT", 1, 90, 60).text = "in der Meta"
    outer.channels[1].name = "Text"
