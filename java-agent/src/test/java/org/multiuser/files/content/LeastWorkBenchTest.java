package org.multiuser.files.content;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.network.TestTls;
import org.multiuser.protocol.file.Digest;

/**
 * How fast a file could come to the server at best: cut, named, sent through TLS, checked and kept,
 * by one thread on each side and with nothing else: no messages, rights, credit or progress. Beside
 * it a plain copy through the same TLS. {@code ./multi-user bench files} runs it.
 */
@EnabledIfSystemProperty(named = "multiuser.bench", matches = "files")
class LeastWorkBenchTest {
  private static final int FILES = 10;
  private static final int FILE_BYTES = 100 << 20;
  private static final int ROUNDS = 3;
  private static final int BUFFER_BYTES = 256 << 10;

  @TempDir Path folder;
  private final ExecutorService receiver = Executors.newSingleThreadExecutor();

  /** One side of a transfer. */
  @FunctionalInterface
  private interface Side<T> {
    void run(T stream) throws IOException;
  }

  @Test
  @DisplayName("a gigabyte, in turns with a plain copy")
  void speed() throws Exception {
    List<Path> files = new ArrayList<>();
    Random random = new Random(1);
    byte[] content = new byte[FILE_BYTES];
    for (int i = 0; i < FILES; i++) {
      random.nextBytes(content);
      files.add(Files.write(folder.resolve("file" + i), content));
    }
    TestTls.Made made = TestTls.make(folder, "bench");
    for (int round = 0; round <= ROUNDS; round++) {
      double copied = through(made, out -> copy(files, out), this::takeCopy);
      ChunkStore store =
          new ChunkStore(folder.resolve("store" + round), 1L << 40, System::currentTimeMillis);
      double kept = through(made, out -> cut(files, out), in -> keep(in, store));
      if (round > 0) { // The first one warms up.
        System.out.printf(
            Locale.ROOT,
            "Java's TLS alone %.0f MB/s; cut, named, sent, checked and kept %.0f MB/s%n",
            copied,
            kept);
      }
    }
    receiver.shutdown();
  }

  /** Megabytes a second. */
  private double through(TestTls.Made made, Side<OutputStream> sends, Side<InputStream> takes)
      throws Exception {
    try (SSLServerSocket listening = TestTls.listen(made, "TLSv1.3")) {
      Future<?> taken =
          receiver.submit(
              () -> {
                try (SSLSocket near = (SSLSocket) listening.accept()) {
                  takes.run(near.getInputStream());
                }
                return null;
              });
      long beginNanos = System.nanoTime();
      try (SSLSocket far = TestTls.connect(listening.getLocalPort(), "TLSv1.3");
          OutputStream out = new BufferedOutputStream(far.getOutputStream(), BUFFER_BYTES)) {
        sends.run(out);
      }
      finish(taken);
      return (double) FILES * FILE_BYTES / 1e6 / ((System.nanoTime() - beginNanos) / 1e9);
    }
  }

  private static void finish(Future<?> taken) throws Exception {
    try {
      taken.get();
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    }
  }

  private static void copy(List<Path> files, OutputStream out) throws IOException {
    for (Path file : files) {
      Files.copy(file, out);
    }
  }

  private void takeCopy(InputStream in) throws IOException {
    try (OutputStream out = Files.newOutputStream(folder.resolve("copy"))) {
      in.transferTo(out);
    }
  }

  private static void cut(List<Path> files, OutputStream stream) throws IOException {
    DataOutputStream out = new DataOutputStream(stream);
    for (Path file : files) {
      FileCutter.cut(
          file,
          (chunk, content) -> {
            out.writeInt(chunk.length());
            out.write(chunk.digest().bytes());
            out.write(content.array(), content.arrayOffset() + content.position(), chunk.length());
          });
    }
    out.flush();
  }

  private static void keep(InputStream stream, ChunkStore store) throws IOException {
    DataInputStream in = new DataInputStream(new BufferedInputStream(stream, BUFFER_BYTES));
    while (true) {
      int bytes;
      try {
        bytes = in.readInt();
      } catch (EOFException e) {
        return;
      }
      Digest digest = Digest.of(in.readNBytes(Digest.BYTES));
      store.put(digest, ByteBuffer.wrap(in.readNBytes(bytes)));
    }
  }
}
