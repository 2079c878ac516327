"""What an artist keeps to themselves of a scene: read as the session has it, and left alone by what others set.

Run: blender -b --factory-startup --python own_fields.py
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE)]

import bpy  # noqa: E402
from datablocks.parts_case import PartsCase, registry, run  # noqa: E402

from multi_user.core.own_values import CAMERA, RENDER  # noqa: E402
from multi_user.core.values import Ref  # noqa: E402
from multi_user.datablocks.own_fields import switch  # noqa: E402


class OwnFields(PartsCase):
    def setUp(self):
        super().setUp()
        self.handler = registry.handler_for(self.scene)
        self.camera = self.object(bpy.data.cameras.new("camera"))
        self.other = bpy.data.objects.new("other", bpy.data.cameras["camera"])
        self.scene.collection.objects.link(self.other)
        self.scene.camera = self.camera

    def part(self, *ops):
        self.handler.write_part(self.scene, list(ops), {}, [], False, self.session)

    def keep(self, *flags):
        switch(frozenset(flags), self.session)

    def test_what_is_kept_is_told_as_it_was(self):
        before = self.read(self.scene)
        self.keep(RENDER)
        self.scene.render.resolution_x = 64
        self.scene.view_settings.exposure = 2
        self.scene.camera = self.other
        after = self.read(self.scene)
        self.assertEqual(after["render"], before["render"])
        self.assertEqual(after["view_settings"], before["view_settings"])
        self.assertNotEqual(after["camera"], before["camera"], "the camera is shared")

    def test_what_others_set_is_read_back_and_left_alone(self):
        self.keep(RENDER, CAMERA)
        other = Ref(self.session.id_of(self.other))
        self.part(["set", ["render", "resolution_x"], 77], ["set", ["camera"], other])
        self.assertNotEqual(self.scene.render.resolution_x, 77)
        self.assertEqual(self.scene.camera, self.camera)
        read = self.handler.read_paths(self.scene, self.session, [("render", "resolution_x"), ("camera",)])
        self.assertEqual(read, [(("render", "resolution_x"), 77), (("camera",), other)])
        self.assertEqual(self.read(self.scene)["render"]["resolution_x"], 77)

    def test_shared_again_it_is_what_the_session_says(self):
        self.keep(RENDER, CAMERA)
        self.scene.render.resolution_x = 64
        other = Ref(self.session.id_of(self.other))
        self.part(["set", ["render", "resolution_x"], 77], ["set", ["camera"], other])
        self.keep(CAMERA)
        self.assertEqual((self.scene.render.resolution_x, self.scene.camera), (77, self.camera))
        self.keep()
        self.assertEqual(self.scene.camera, self.other)
        self.part(["set", ["render", "resolution_x"], 78])
        self.assertEqual(self.scene.render.resolution_x, 78)

    def test_a_scene_that_comes_whole(self):
        tree = self.read(self.scene)
        self.keep(RENDER, CAMERA)
        tree["render"] = {**tree["render"], "resolution_x": 99}
        made = self.handler.create("Scene", {**tree, "name": "came"}, self.session)
        self.handler.write_whole(made, {**tree, "name": "came"}, {}, self.session)
        self.assertNotEqual(made.render.resolution_x, 99)
        self.assertIsNone(made.camera)
        self.assertEqual(self.read(made)["render"]["resolution_x"], 99)
        self.assertEqual(self.session.problems, [])

    def test_what_peers_make_up(self):
        """A place that is not there is refused; what has the wrong form waits until it is shared, and is told then."""
        self.keep(RENDER, CAMERA)
        with self.assertRaises(ValueError):
            self.part(["order", ["render", "views"], ["right", "left"]])
        self.part(["set", ["render"], 7], ["set", ["camera"], "x"])
        self.keep()
        self.assertEqual(self.scene.camera, self.camera)
        self.assertEqual(len(self.session.problems), 2)


if __name__ == "__main__":
    run("own_fields")
