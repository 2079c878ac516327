"""What the others say of themselves, and how it is shown. Run: blender -b --factory-startup --python presence.py"""

import json
import math
import os
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import bpy  # noqa: E402
import numpy  # noqa: E402
from common import run  # noqa: E402
from mathutils import Euler, Matrix, Vector  # noqa: E402
from multi_user.core.changes import AgentState, Status, User  # noqa: E402
from multi_user.presence import follow, labels, lines, told  # noqa: E402
from multi_user.presence.company import MOST_PEOPLE, Company  # noqa: E402
from multi_user.presence.motion import Motion  # noqa: E402

SCENE = bytes(range(16))
OTHER_SCENE = bytes(range(16, 32))


def view(eye=(1, 2, 3), distance=5.0, kind="PERSP", **rotation):
    """A view as the sampler tells it."""
    matrix = Matrix.Translation(eye) @ Euler((0.3, 0.2, rotation.get("z", 0.1))).to_matrix().to_4x4()
    return {"matrix": [it for row in matrix for it in row], "distance": distance, "kind": kind}


def presence(**fields):
    """A presence in the first scene."""
    return {"scene": SCENE.hex(), "frame": 1, "mode": "OBJECT", "view": view(), "selection": [], **fields}


def user(name: str, online: bool = True):
    return User(name, name.title(), "USER", 0x3366CC, online, 7)


def status(*users):
    return Status(AgentState.ONLINE, client="own", users=(user("own"), *users))


class Clock:
    """Seconds that a test sets."""

    now = 100.0

    def __call__(self):
        return self.now


class Read(unittest.TestCase):
    """A peer says whatever it likes."""

    def test_what_the_sampler_says(self):
        got = told.read(
            json.loads(json.dumps(presence(selection=[OTHER_SCENE.hex()], mode="EDIT", frame=-7)))
        )
        self.assertEqual((got.scene, got.frame, got.mode), (SCENE, -7, "Edit Mode"))
        self.assertEqual(got.selection, (OTHER_SCENE,))
        self.assertLess((got.pose.eye - Vector((1, 2, 3))).length, 1e-6)
        self.assertEqual((got.pose.distance, got.pose.flat), (5.0, False))

    def test_the_eye_of_a_flat_view_stands_before_what_it_shows(self):
        pose = told.read(presence(view=view(kind="ORTHO"))).pose
        self.assertTrue(pose.flat)
        self.assertLess((pose.centre - Vector((1, 2, 3))).length, 1e-5)

    def test_wrong_values_count_as_not_said(self):
        wrong = [
            None,
            True,
            "x",
            b"x",
            [],
            {},
            [None] * 16,
            10**400,
            -(10**400),
            math.nan,
            math.inf,
            [[]],
        ]
        for value in wrong:
            for field in ("scene", "frame", "mode", "view", "selection", "followsView"):
                got = told.read(presence(**{field: value}))
                self.assertIsInstance(got, told.Told, (field, value))
        for field in ("scene", "frame", "view"):
            attribute = {"view": "pose"}.get(field, field)
            for value in wrong:
                self.assertIsNone(getattr(told.read(presence(**{field: value})), attribute), (field, value))
        for value in wrong:
            self.assertEqual(told.read(value), told.Told())

    def test_views_that_are_none(self):
        good = view()["matrix"]
        for number in (math.nan, math.inf, -math.inf, 1e30, 10**400, "1", None, True):
            matrix = [number, *good[1:]]
            self.assertIsNone(told.read(presence(view={"matrix": matrix})).pose, number)
        for matrix in (good[:15], good * 2, [], "x" * 16, tuple(good)):
            self.assertIsNone(told.read(presence(view={"matrix": matrix})).pose, matrix)
        self.assertEqual(told.read(presence(view={"matrix": [0.0] * 16})).pose.rotation.magnitude, 1)
        for distance in (math.nan, math.inf, 10**400, None, "far"):
            pose = told.read(presence(view={**view(), "distance": distance})).pose
            self.assertEqual(pose.distance, 10.0)

    def test_selections_that_are_too_long_or_no_uuids(self):
        texts = ["", "zz" * 16, "00" * 15, 5, None, [], SCENE.hex()]
        self.assertEqual(told.read(presence(selection=texts)).selection, (SCENE,))
        self.assertEqual(len(told.read(presence(selection=[SCENE.hex()] * 10_000)).selection), 256)

    def test_names_are_drawn_in_one_short_line(self):
        self.assertEqual(told.shown_name("A\nnna\x00\u202e"), "A nna  ")
        self.assertEqual(len(told.shown_name("x" * 10_000)), 64)


class Moves(unittest.TestCase):
    """From one sample to the next."""

    def pose(self, x, z=0.0):
        return told.read(presence(view=view((x, 0, 0), z=z))).pose

    def test_halfway_and_at_rest(self):
        motion = Motion(self.pose(0), 10.0)
        self.assertEqual(motion.at(11.0).eye.x, 0)
        motion.go(self.pose(1, 1.0), 10.1)
        self.assertAlmostEqual(motion.end, 10.2, 5)
        self.assertAlmostEqual(motion.at(10.15).eye.x, 0.5, 4)
        self.assertAlmostEqual(motion.at(10.15).rotation.magnitude, 1, 5)
        self.assertEqual(motion.at(10.3).eye, self.pose(1).eye)
        self.assertEqual(motion.at(9.0).eye.x, 0)

    def test_a_new_goal_on_the_way_makes_no_jump(self):
        motion = Motion(self.pose(0), 10.0)
        motion.go(self.pose(1), 10.1)
        motion.go(self.pose(5), 10.15)
        self.assertAlmostEqual(motion.at(10.15).eye.x, 0.5, 4)
        self.assertAlmostEqual(motion.end, 10.2, 5)

    def test_after_a_pause_it_does_not_crawl(self):
        motion = Motion(self.pose(0), 10.0)
        motion.go(self.pose(1), 60.0)
        self.assertLessEqual(motion.end - 60.0, 0.051)


class Others(unittest.TestCase):
    """Who is there, and when they are to be drawn."""

    def setUp(self):
        self.clock = Clock()
        self.company = Company(self.clock)

    def take(self, presences, *names):
        self.company.take(status(*(user(name) for name in names)), presences)

    def at_rest(self, scene=SCENE, elsewhere=False):
        return self.company.at_rest(self.clock.now - 0.01, scene, elsewhere)

    def test_nothing_is_drawn_while_nothing_moves(self):
        self.take({"anna": presence()}, "anna")
        self.assertFalse(self.at_rest())
        self.clock.now += 1
        self.take({"anna": presence()}, "anna")
        self.assertTrue(self.at_rest())
        self.take({"anna": presence(view=view((9, 9, 9)))}, "anna")
        self.assertFalse(self.at_rest())
        self.assertTrue(self.at_rest(OTHER_SCENE))
        self.assertFalse(self.at_rest(OTHER_SCENE, elsewhere=True))
        self.clock.now += 1
        self.assertTrue(self.at_rest())
        self.assertEqual(self.company.people["anna"].pose(self.clock.now).eye, Vector((9, 9, 9)))

    def test_going_to_another_scene_concerns_both(self):
        self.take({"anna": presence()}, "anna")
        self.clock.now += 1
        self.take({"anna": presence(scene=OTHER_SCENE.hex())}, "anna")
        self.assertFalse(self.at_rest())
        self.assertFalse(self.at_rest(OTHER_SCENE))

    def test_coming_and_leaving_are_drawn(self):
        self.take({"anna": presence()}, "anna")
        self.clock.now += 1
        self.take({}, "anna")
        self.assertIsNone(self.company.people["anna"].pose(self.clock.now))
        self.clock.now += 1
        self.assertTrue(self.at_rest())
        self.take({})
        self.assertFalse(self.at_rest())
        self.assertEqual(self.company.people, {})

    def test_ten_thousand_users(self):
        names = [f"user-{number}" for number in range(10_000)]
        presences = {name: presence(frame=number) for number, name in enumerate(names)}
        everybody = status(*map(user, names))
        begin = time.perf_counter()
        self.company.take(everybody, presences)
        self.assertLess(time.perf_counter() - begin, 1.0)
        self.assertEqual(len(self.company.people), MOST_PEOPLE)
        begin = time.perf_counter()
        for _ in range(1000):
            self.company.take(everybody, presences)
        self.assertLess(time.perf_counter() - begin, 0.1)


class Following(unittest.TestCase):
    """Whom one may follow; the rest is tried with windows."""

    def setUp(self):
        self.told = []
        self.company = Company(Clock())
        self.following = follow.Following(self.company, lambda it: SCENE, lambda it: None, self.told.append)
        self.window = bpy.context.window_manager.windows[0]
        bpy.context.scene.frame_set(1)

    def take(self, **presences):
        self.company.take(status(*map(user, presences)), presences)

    def test_frames_follow_until_the_artist_changes_theirs(self):
        scene = self.window.scene
        self.take(anna=presence(frame=42))
        self.following.toggle_time("anna", self.window)
        self.following.step(True)
        self.assertEqual(scene.frame_current, 42)
        for frame in (None, 10**30, math.nan):
            self.take(anna=presence(frame=frame))
            self.following.step(True)
            self.assertEqual(scene.frame_current, 42)
        self.assertEqual(self.following.told()["followsTime"], "anna")
        scene.frame_set(50)
        self.following.step(True)
        self.assertFalse(self.following.active)
        self.assertIn("You changed the frame yourself", self.told[-1])

    def test_who_leaves_is_followed_no_more(self):
        self.take(anna=presence(frame=42))
        self.following.toggle_time("anna", self.window)
        self.take()
        self.following.step(False)
        self.assertTrue(self.following.active, "while the link is lost nobody is known to be gone")
        self.following.step(True)
        self.assertFalse(self.following.active)
        self.assertIn("Anna is gone", self.told[-1])

    def test_nobody_chases_oneself(self):
        self.take(anna=presence(followsTime="ben"), ben=presence(followsTime="own"))
        self.following.toggle_time("anna", self.window)
        self.assertFalse(self.following.active)
        self.take(anna=presence(), ben=presence(followsTime="ben"))
        self.following.toggle_time("anna", self.window)
        self.following.toggle_time("ben", self.window)
        self.assertEqual(self.following.time.user, "ben")
        self.take(anna=presence(), ben=presence(followsTime="own"))
        self.following.step(True)
        self.assertFalse(self.following.active)

    def test_nobody_who_is_not_there(self):
        self.take()
        self.following.toggle_time("anna", self.window)
        self.following.toggle_view("own", self.window, self.window.screen.areas[0])
        self.assertFalse(self.following.active)


class Shapes(unittest.TestCase):
    """What is drawn where."""

    def box(self, thing, most=100):
        bpy.context.view_layer.update()
        boxes = lines.Boxes(most)
        self.assertTrue(boxes.add(thing))
        return boxes.corners()[0]

    def test_the_box_of_an_instance_is_that_of_its_contents(self):
        collection = bpy.data.collections.new("Parts")
        for x in (2, 6):
            mesh = bpy.data.objects["Cube"].data.copy()
            one = bpy.data.objects.new("Part", mesh)
            one.location.x = x
            collection.objects.link(one)
        bpy.context.scene.collection.children.link(collection)
        collection.instance_offset.x = 1
        instance = bpy.data.objects.new("Instance", None)
        instance.instance_type, instance.instance_collection = "COLLECTION", collection
        instance.location.z = 10
        bpy.context.scene.collection.objects.link(instance)
        corners = self.box(instance)
        numpy.testing.assert_allclose(corners.min(axis=0), (0, -1, 9), atol=1e-5)
        numpy.testing.assert_allclose(corners.max(axis=0), (6, 1, 11), atol=1e-5)

    def test_what_has_no_size_and_too_much(self):
        corners = self.box(bpy.data.objects["Light"])
        size = corners.max(axis=0) - corners.min(axis=0)
        self.assertTrue((size > 0.5).all(), size)
        boxes = lines.Boxes(1)
        self.assertTrue(boxes.add(bpy.data.objects["Cube"]))
        self.assertFalse(boxes.add(bpy.data.objects["Cube"]))

    def test_projection_and_fading(self):
        matrix = Matrix(((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, -1, 0)))
        middle, behind, corner = labels.project(matrix, [(0, 0, -2), (0, 0, 2), (2, 2, -2)], 200, 100)
        self.assertEqual((middle, behind, corner), ((100, 50), None, (200, 100)))
        self.assertEqual([labels.fading(it, 100) for it in (0, 100, 125, 150, 1e9)], [1, 1, 0.5, 0, 0])


run(Read, Moves, Others, Following, Shapes)
