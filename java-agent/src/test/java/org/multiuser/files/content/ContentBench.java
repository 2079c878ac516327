package org.multiuser.files.content;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.multiuser.protocol.file.Cutter;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;

/**
 * What cutting, naming, keeping and making files costs, beside a plain copy, and how much of a
 * changed file is new when it is cut by content or at fixed places (docs/decisions/0021). Prints MB
 * a second, and kilobytes.
 */
final class ContentBench {
  private static final int SIZE = 256 << 20;

  private ContentBench() {}

  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  /** Runs; the argument is a folder to work in, else the system's temporary one. */
  public static void main(String[] arguments) throws IOException {
    Path base =
        arguments.length > 0
            ? Path.of(arguments[0])
            : Path.of(System.getProperty("java.io.tmpdir"));
    Path folder = Files.createTempDirectory(base, "content-bench");
    try {
      speed(folder);
      changes();
    } finally {
      delete(folder);
    }
  }

  private static void speed(Path folder) throws IOException {
    byte[] content = new byte[SIZE];
    new Random(1).nextBytes(content);
    Path file = Files.write(folder.resolve("file"), content);
    report("copy of a file", () -> Files.write(folder.resolve("copy"), Files.readAllBytes(file)));
    report("cut alone", () -> cutAlone(content));
    report("SHA-256 alone", () -> Digest.ofContent(content));
    report("cut, named", () -> FileCutter.cut(new ByteArrayInputStream(content), (c, b) -> {}));
    ChunkStore store = new ChunkStore(folder.resolve("0"), 1L << 40, System::currentTimeMillis);
    Manifest manifest = FileCutter.cut(file, (c, b) -> store.put(c.digest(), b));
    int[] round = {0};
    report(
        "cut, named, kept",
        () -> {
          Path where = folder.resolve(String.valueOf(++round[0]));
          ChunkStore fresh = new ChunkStore(where, 1L << 40, System::currentTimeMillis);
          FileCutter.cut(file, (c, b) -> fresh.put(c.digest(), b));
        });
    report("made", () -> FileMaker.make(manifest, store, folder.resolve("made")));
  }

  private static void cutAlone(byte[] content) {
    int from = 0;
    while (from < content.length) {
      from += Cutter.length(content, from, content.length);
    }
  }

  private static void report(String what, Work work) throws IOException {
    double[] seconds = new double[5];
    for (int i = 0; i < seconds.length; i++) {
      long begin = System.nanoTime();
      work.run();
      seconds[i] = (System.nanoTime() - begin) / 1e9;
    }
    Arrays.sort(seconds);
    System.out.printf("%-20s %6.0f MB/s%n", what, SIZE / 1e6 / seconds[2]);
  }

  private static void changes() {
    byte[] before = new byte[64 << 20];
    new Random(2).nextBytes(before);
    byte[] block = new byte[before.length / 100];
    new Random(3).nextBytes(block);
    byte[] written = before.clone();
    System.arraycopy(block, 0, written, 20_000_000, block.length);
    byte[] put = new byte[before.length + 1];
    System.arraycopy(before, 0, put, 0, 1000);
    System.arraycopy(before, 1000, put, 1001, before.length - 1000);
    tell("1 % written over", before, written);
    tell("1 byte put in", before, put);
  }

  private static void tell(String what, byte[] before, byte[] after) {
    System.out.printf(
        "%-20s by content %6d KB new, at every %d KB %6d KB new%n",
        what,
        fresh(before, after, true) >> 10,
        Cutter.USUAL >> 10,
        fresh(before, after, false) >> 10);
  }

  private static long fresh(byte[] before, byte[] after, boolean byContent) {
    Set<Digest> known = new HashSet<>();
    each(before, byContent, (digest, length) -> known.add(digest));
    long[] fresh = {0};
    each(
        after,
        byContent,
        (digest, length) -> {
          if (known.add(digest)) {
            fresh[0] += length;
          }
        });
    return fresh[0];
  }

  private interface Seen {
    void chunk(Digest digest, int length);
  }

  private static void each(byte[] content, boolean byContent, Seen seen) {
    int from = 0;
    while (from < content.length) {
      int length =
          byContent
              ? Cutter.length(content, from, content.length)
              : Math.min(Cutter.USUAL, content.length - from);
      seen.chunk(Digest.ofContent(ByteBuffer.wrap(content, from, length)), length);
      from += length;
    }
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes facts)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path one, IOException error)
              throws IOException {
            Files.delete(one);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
