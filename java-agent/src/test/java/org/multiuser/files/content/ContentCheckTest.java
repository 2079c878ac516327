package org.multiuser.files.content;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.protocol.file.Manifest;

class ContentCheckTest {
  @TempDir private Path folder;

  @Test
  @DisplayName("[BR28] the same bytes are the same, and one other byte is another file")
  void same() throws IOException {
    byte[] content = content(3 << 20);
    Manifest manifest = manifest(content);
    Path file = Files.write(folder.resolve("a"), content);
    assertTrue(ContentCheck.is(file, manifest));
    content[content.length - 1]++;
    assertFalse(ContentCheck.is(Files.write(file, content), manifest));
    assertFalse(ContentCheck.is(folder.resolve("none"), manifest));
    assertFalse(ContentCheck.is(folder, manifest));
    assertTrue(
        ContentCheck.is(Files.createFile(folder.resolve("b")), manifest(new byte[0])), "empty");
  }

  @Test
  @DisplayName(
      "[BR28] a file of another size is not read, and of one that begins otherwise no more")
  void littleWork() throws IOException {
    byte[] content = content(20 << 20);
    Manifest manifest = manifest(content);
    Path file = Files.write(folder.resolve("a"), content);
    ContentCheck right = new ContentCheck(file, manifest);
    assertEquals(ContentCheck.Answer.MORE, right.step());
    content[0]++;
    Files.write(file, content);
    assertEquals(ContentCheck.Answer.OTHER, new ContentCheck(file, manifest).step());
    content[0]--;
    Files.write(file, java.util.Arrays.copyOf(content, content.length + 1));
    assertEquals(ContentCheck.Answer.OTHER, new ContentCheck(file, manifest).step());
  }

  @Test
  @DisplayName("[BR28] a file that changes while it is read is another one")
  void changes() throws IOException {
    byte[] content = content(20 << 20);
    Path file = Files.write(folder.resolve("a"), content);
    ContentCheck check = new ContentCheck(file, manifest(content));
    assertEquals(ContentCheck.Answer.MORE, check.step());
    content[0]++; // Of what was read already.
    Files.delete(file);
    Files.write(file, content);
    ContentCheck.Answer answer = check.step();
    while (answer == ContentCheck.Answer.MORE) {
      answer = check.step();
    }
    assertEquals(ContentCheck.Answer.OTHER, answer);
  }

  private static byte[] content(int bytes) {
    byte[] content = new byte[bytes];
    new Random(1).nextBytes(content);
    return content;
  }

  private static Manifest manifest(byte[] content) throws IOException {
    return FileCutter.cut(new ByteArrayInputStream(content), (chunk, bytes) -> {});
  }
}
