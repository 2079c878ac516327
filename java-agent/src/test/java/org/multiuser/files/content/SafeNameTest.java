package org.multiuser.files.content;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeNameTest {
  @ParameterizedTest
  @DisplayName("[FI5] paths of all systems become names")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "wood.png | wood.png",
        "/home/anna/Wände/Holz.png | Holz.png",
        "C:\\textures\\wood.png | wood.png",
        "\\\\server\\share\\木.exr | 木.exr",
        "//textures/wood.1001.exr | wood.1001.exr",
        "../../etc/passwd | passwd",
        ".. | file",
        "`` | file",
        "/ | file",
        "...hidden.png | hidden.png",
        "C:wood.png | C_wood.png",
        "wood.png:stream | wood.png_stream",
        "what?*.png | what__.png",
        "CON.png | _CON.png",
        "nul | _nul",
        "com1.tar.gz | _com1.tar.gz",
        "console.png | console.png",
        "wood.png. . | wood.png",
        "a .png | a.png",
        "tab\tname.png | tabname.png",
        "gnp.\u202edoow.exe | gnp.doow.exe"
      })
  void names(String said, String name) {
    assertEquals(name, SafeName.of(said));
  }

  @Test
  @DisplayName("[FI5] long names keep their ending, and whole characters")
  void longNames() {
    String name = SafeName.of("木".repeat(500) + ".exr");
    assertTrue(name.endsWith("木.exr"));
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    assertTrue(bytes > SafeName.LONGEST_BYTES - 3 && bytes <= SafeName.LONGEST_BYTES, bytes + "");
    assertEquals(SafeName.LONGEST_BYTES, SafeName.of("a." + "b".repeat(500)).length());
  }

  @Test
  @DisplayName("[FI5] whatever is said, the name is short, stays in its folder and stays as it is")
  void anything() {
    Random random = new Random(5);
    int[] bad = {'/', '\\', ':', '.', ' ', 0, 0x202e, 0xd800, 0xdc00, 'a', 0x1f600, '*'};
    for (int i = 0; i < 20_000; i++) {
      StringBuilder said = new StringBuilder();
      for (int j = random.nextInt(40); j > 0; j--) {
        int point = random.nextBoolean() ? bad[random.nextInt(bad.length)] : random.nextInt(0x3000);
        said.appendCodePoint(point);
      }
      String name = SafeName.of(said.toString());
      assertTrue(name.matches("[^\\x00-\\x1f<>:\"/\\\\|?*]+"), name);
      assertTrue(!name.startsWith(".") && !name.endsWith(".") && !name.endsWith(" "), name);
      assertTrue(name.getBytes(StandardCharsets.UTF_8).length <= SafeName.LONGEST_BYTES + 1, name);
      assertEquals(name, SafeName.of(name));
    }
  }
}
