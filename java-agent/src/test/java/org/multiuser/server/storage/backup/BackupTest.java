package org.multiuser.server.storage.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives: what is in them, and what is not believed of them. */
class BackupTest {
  private static final String NAME = "ab".repeat(32);
  private static final String CHUNK = "main.files/chunks/ab/" + NAME + ".chunk";
  private static final String MANIFEST = "main.files/manifests/" + NAME + ".manifest";
  private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  @Test
  @DisplayName("edits, files and certificate come back; what is not a server's stays away")
  void whole() throws Exception {
    Path data = Files.createDirectories(folder.resolve("data"));
    for (String path :
        List.of(
            CHUNK, MANIFEST, "server-certificate.pem", "main.files/chunks/ab/x.part", "notes")) {
      Files.createDirectories(data.resolve(path).getParent());
      Files.write(data.resolve(path), CONTENT);
    }
    Path left = Files.createDirectories(data.resolve(".multi-user-copies-of-a-killed-one"));
    Files.write(left.resolve("main.session"), CONTENT);
    Path older = Files.write(data.resolve("backup-2026-11-22.zip"), CONTENT);
    Path file = folder.resolve("backup.zip");
    try (BackupWriter writer = new BackupWriter(data);
        OutputStream out = Files.newOutputStream(file)) {
      writer.copy(List.of("main"), (session, copy) -> write(copy));
      writer.write(out, "a test");
    }
    assertFalse(Files.exists(left));
    assertEquals("content", Files.readString(older), "another backup is nobody's to remove");
    Path again = Files.createDirectories(folder.resolve("again"));
    Files.createFile(again.resolve("server.lock"));
    try (BackupReader reader = new BackupReader(file)) {
      reader.verify();
      assertEquals("a test", reader.made());
      assertEquals(1, reader.sessions());
      reader.restore(again);
      assertThrows(IOException.class, () -> reader.restore(again), "not empty any more");
    }
    for (String path : List.of(CHUNK, MANIFEST, "server-certificate.pem", "main.session")) {
      assertEquals("content", Files.readString(again.resolve(path)));
    }
    try (Stream<Path> all = Files.walk(again)) {
      assertEquals(5, all.filter(Files::isRegularFile).count(), "these and the lock");
    }
  }

  private static void write(Path copy) {
    try {
      Files.write(copy, CONTENT);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String sum(byte[] content) {
    return HexFormat.of().formatHex(BackupWriter.sha256().digest(content));
  }

  private static String index(String... lines) {
    return "multi-user-backup 1\na test\n" + String.join("\n", lines) + "\n";
  }

  private void refused(String why, Map<String, byte[]> entries, String index) throws Exception {
    Path file = folder.resolve("bad.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      Map<String, byte[]> all = new LinkedHashMap<>(entries);
      all.put(BackupIndex.NAME, index.getBytes(StandardCharsets.UTF_8));
      for (Map.Entry<String, byte[]> entry : all.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    refused(why, file);
  }

  private void refused(String why, Path file) throws Exception {
    Path target = Files.createDirectories(folder.resolve("target"));
    IOException refused =
        assertThrows(
            IOException.class,
            () -> {
              try (BackupReader reader = new BackupReader(file)) {
                reader.restore(target);
              }
            });
    assertTrue(refused.getMessage().contains(why), refused::toString);
    try (Stream<Path> all = Files.list(target)) {
      assertEquals(0, all.count(), "nothing is left");
    }
    assertFalse(Files.exists(folder.resolve("evil.session")));
  }

  @Test
  @DisplayName("whatever an archive says, nothing but whole files of a server is written")
  void hostile() throws Exception {
    String good = sum(CONTENT) + " 7 main.session";
    Map<String, byte[]> main = Map.of("main.session", CONTENT);
    refused("names what no server keeps", main, index(sum(CONTENT) + " 7 ../evil.session"));
    refused("names what no server keeps", main, index(sum(CONTENT) + " 7 /tmp/evil.session"));
    refused("names what no server keeps", main, index(sum(CONTENT) + " 7 a.files/../../x"));
    refused("names what no server keeps", main, index("no sum 7 main.session"));
    refused("names what no server keeps", main, index(sum(CONTENT) + " -1 main.session"));
    refused("names a file twice", main, index(good, good));
    refused("other files than", Map.of(), index(good));
    refused("other files than", Map.of("a", CONTENT, "main.session", CONTENT), index(good));
    refused("is missing", Map.of("../evil.session", CONTENT), index(good));
    refused("is damaged", main, index(sum(CONTENT) + " 6 main.session"));
    refused("is damaged", main, index(sum(CONTENT) + " 8 main.session"));
    refused("is damaged", main, index(sum(new byte[7]) + " 7 main.session"));
    refused("is damaged", Map.of("main.session", new byte[9_000_000]), index(good));
    refused("no backup", main, "something else\n");
    refused("", Files.write(folder.resolve("cut.zip"), CONTENT));
  }
}
