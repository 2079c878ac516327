package org.multiuser.app.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.server.room.SafeText;

/** The words of a line in the shell. */
class WordsTest {
  @Test
  @DisplayName("quotes keep a name together, a backslash takes the next character as it is")
  void split() {
    assertEquals(List.of(), Words.of("  \t "));
    assertEquals(List.of("kick", "Ann Lee"), Words.of(" kick  \"Ann Lee\" "));
    assertEquals(List.of("kick", "Ann Lee", ""), Words.of("kick Ann\\ Lee ''"));
    assertEquals(List.of("a\"b", "c\\d"), Words.of("'a\"b' c\\\\d"));
    assertThrows(IllegalArgumentException.class, () -> Words.of("kick \"Ann"));
  }

  @Test
  @DisplayName("whatever a user is called can be typed as it is shown")
  void asShown() {
    for (String name : List.of("Ann Lee", "a\\b", "\u202eeve", "o\u200bo", "Zoë", "\ud83d\ude00")) {
      assertEquals(List.of(name), Words.of("\"" + SafeText.shown(name) + "\""));
    }
  }
}
