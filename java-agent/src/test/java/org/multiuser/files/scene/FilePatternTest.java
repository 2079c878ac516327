package org.multiuser.files.scene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.agent.SceneFiles.Kind;

class FilePatternTest {
  private static void check(String base, Kind kind, List<String> with, List<String> without) {
    FilePattern pattern = FilePattern.of(base, kind);
    with.forEach(name -> assertTrue(pattern.matches(name), base + " has " + name));
    without.forEach(name -> assertFalse(pattern.matches(name), base + " has not " + name));
  }

  @Test
  @DisplayName("[BR27] tiles: four digits of a tile, or its place")
  void tiles() {
    check(
        "wood.<UDIM>.png",
        Kind.TILES,
        List.of("wood.1001.png", "wood.1999.png", "wood.2000.png"),
        List.of("wood.1000.png", "wood.2001.png", "wood.101.png", "wood.10010.png", "wood.png"));
    check(
        "höhle (1)+_<UVTILE>.exr",
        Kind.TILES,
        List.of("höhle (1)+_u1_v1.exr", "höhle (1)+_u10_v12.exr"),
        List.of("höhle (1)+_u1_v.exr", "höhle (1)+_1001.exr", "höhle (1)_u1_v1.exr"));
    check("plain.png", Kind.TILES, List.of("plain.png"), List.of("plain.1001.png"));
    assertFalse(FilePattern.of("plain.png", Kind.TILES).isSet());
  }

  @Test
  @DisplayName("[BR27] sequences: the last run of digits of the stem, at least as long")
  void sequences() {
    check(
        "shot3_0010.jp2",
        Kind.SEQUENCE,
        List.of("shot3_0010.jp2", "shot3_0001.jp2", "shot3_12345.jp2"),
        List.of("shot3_001.jp2", "shot4_0010.jp2", "shot3_0010.jp3", "shot3_0010b.jp2"));
    check("波2形.png", Kind.SEQUENCE, List.of("波2形.png", "波17形.png"), List.of("波形.png"));
    check("smoke.vdb", Kind.SEQUENCE, List.of("smoke.vdb"), List.of("smoke1.vdb"));
    check("a٣.png", Kind.SEQUENCE, List.of("a٣.png"), List.of("a٤.png"));
    check("007", Kind.SEQUENCE, List.of("007", "1234"), List.of("07"));
  }

  @Test
  @DisplayName("[BR27] one file is itself, whatever its name looks like")
  void one() {
    check("a1.png", Kind.ONE, List.of("a1.png"), List.of("a2.png"));
    check("a.<UDIM>.png", Kind.ONE, List.of("a.<UDIM>.png"), List.of("a.1001.png"));
  }

  @Test
  @DisplayName("[BR28] the safe name of a set stands for the safe names of its files")
  void safe() {
    assertEquals(Optional.of("wood.<UDIM>.png"), FilePattern.safe("C:\\x\\wood.<UDIM>.png"));
    assertEquals(Optional.of("_100_<UDIM>"), FilePattern.safe("/x/|100_<UDIM>"));
    assertEquals(Optional.of("100<UDIM>.png"), FilePattern.safe("100<UDIM>.png"));
    assertEquals(Optional.of("a_<UVTILE>.png"), FilePattern.safe("//a?<UVTILE>.png"));
    assertEquals(Optional.of("a_b_.png"), FilePattern.safe("../a<b>.png"));
    assertEquals(Optional.of("file"), FilePattern.safe("C:\\textures\\"));
    assertEquals(Optional.empty(), FilePattern.safe("ab".repeat(200) + "<UDIM>.png"));
    assertEquals(Optional.empty(), FilePattern.safe("<UDIM>.<UDIM>.png"));
  }
}
