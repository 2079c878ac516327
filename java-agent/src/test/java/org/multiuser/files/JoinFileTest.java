package org.multiuser.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The identity of a join, kept for the next agent. */
class JoinFileTest {
  private static final UUID ME = new UUID(1, 2);

  @TempDir Path folder;

  @Test
  @DisplayName("[ID2] identity, secret and incarnation come back as they were written")
  void roundTrip() {
    JoinFile file = new JoinFile(folder);
    assertTrue(file.read().isEmpty());
    file.write(new JoinFile.Join("host 5555 main Zoë = x", ME, new byte[0], null));
    JoinFile.Join first = file.read().orElseThrow();
    assertEquals("host 5555 main Zoë = x", first.where());
    assertEquals(0, first.secret().length);
    assertNull(first.incarnation());
    byte[] secret = {0, -1, 127, -128};
    file.write(new JoinFile.Join("w", ME, secret, new UUID(3, 4)));
    JoinFile.Join second = new JoinFile(folder).read().orElseThrow();
    assertEquals(ME, second.client());
    assertArrayEquals(secret, second.secret());
    assertEquals(new UUID(3, 4), second.incarnation());
    file.delete();
    file.delete();
    assertTrue(file.read().isEmpty());
  }

  @Test
  @DisplayName("[ID2] a torn or foreign file counts as none: a new identity is made")
  void torn() throws IOException {
    JoinFile file = new JoinFile(folder);
    file.write(new JoinFile.Join("w", ME, new byte[] {1, 2}, new UUID(3, 4)));
    Path path = folder.resolve("join.properties");
    Files.writeString(path, "client=nobody\n");
    assertEquals(Optional.empty(), file.read());
    Files.writeString(path, "client=" + ME + "\nsecret=0g\n");
    assertEquals(Optional.empty(), file.read());
    Files.write(path, new byte[] {'a', '=', '\\', 'u', '0', 'x'});
    assertEquals(Optional.empty(), file.read());
    Files.write(path, new byte[0]);
    assertEquals(Optional.empty(), file.read());
  }

  @Test
  @DisplayName("a write that was cut short leaves what was kept before")
  void leftOver() throws IOException {
    JoinFile file = new JoinFile(folder);
    file.write(new JoinFile.Join("w", ME, new byte[] {1}, null));
    Files.writeString(folder.resolve("join.properties.new"), "client=half");
    assertEquals(ME, file.read().orElseThrow().client());
    file.write(new JoinFile.Join("v", ME, new byte[] {1}, null));
    assertEquals("v", file.read().orElseThrow().where());
  }

  @Test
  @DisplayName("only its user may read the secret")
  void privateFile() throws IOException {
    Assumptions.assumeTrue(
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix"));
    JoinFile file = new JoinFile(folder);
    file.write(new JoinFile.Join("w", ME, new byte[] {1}, null));
    String modes =
        PosixFilePermissions.toString(
            Files.getPosixFilePermissions(folder.resolve("join.properties")));
    assertTrue(modes.startsWith("rw"), modes);
    assertFalse(modes.substring(3).contains("r"), modes);
  }

  @Test
  @DisplayName("a disk that refuses is told with the file's name")
  void refused() throws IOException {
    Path blocked = Files.createFile(folder.resolve("file"));
    JoinFile file = new JoinFile(blocked);
    UncheckedIOException failure =
        assertThrows(
            UncheckedIOException.class,
            () -> file.write(new JoinFile.Join("w", ME, new byte[] {1}, null)));
    assertTrue(failure.getMessage().contains("join.properties"), failure.getMessage());
    Files.createDirectories(folder.resolve("join.properties").resolve("x"));
    assertThrows(UncheckedIOException.class, () -> new JoinFile(folder).read());
  }
}
