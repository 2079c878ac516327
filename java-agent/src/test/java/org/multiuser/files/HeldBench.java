package org.multiuser.files;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.multiuser.network.ZstdCompressor;
import org.multiuser.protocol.codec.BulkCodec;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.DataType;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Value;
import org.multiuser.repository.Held;

/** What keeping the positions of 1M vertices costs (docs/decisions/0012); prints milliseconds. */
final class HeldBench {
  private static final int VERTICES = 1_000_000;
  private static final int ROUNDS = 15;
  private static final UUID ID = new UUID(7, 7);

  private HeldBench() {}

  /** Runs: filtered and compressed, then raw; each with all vertices moved and with one. */
  public static void main(String[] arguments) throws Exception {
    for (boolean packed : new boolean[] {true, false}) {
      BulkCodec bulk = packed ? new BulkCodec(new ZstdCompressor()) : BulkCodec.raw();
      for (int moved : new int[] {VERTICES, VERTICES / 100, 1}) {
        measure(bulk, packed ? "compressed" : "raw", moved);
      }
    }
  }

  private static void measure(BulkCodec bulk, String how, int moved) throws Exception {
    Path folder = Files.createTempDirectory("held-bench");
    FileHeldStore store = new FileHeldStore(folder, bulk, 1L << 40);
    store.start();
    Path file = folder.resolve("held.log");
    float[] positions = new float[3 * VERTICES];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = (float) Math.sin(i * 0.001);
    }
    store.keep(ID, mesh(positions));
    store.flush();
    double[] told = new double[ROUNDS];
    double[] written = new double[ROUNDS];
    long before = Files.size(file);
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < moved; i++) {
        positions[i * 3 * (VERTICES / moved)] += 0.01f;
      }
      Held now = mesh(positions);
      long begin = System.nanoTime();
      store.keep(ID, now);
      told[round] = (System.nanoTime() - begin) / 1e6;
      store.flush();
      written[round] = (System.nanoTime() - begin) / 1e6;
    }
    Arrays.sort(told);
    Arrays.sort(written);
    System.out.printf(
        "%s, %d moved: told %.3f ms, written %.1f ms, %d bytes%n",
        how, moved, told[ROUNDS / 2], written[ROUNDS / 2], (Files.size(file) - before) / ROUNDS);
    store.close();
    Files.deleteIfExists(folder);
  }

  private static Held mesh(float[] positions) {
    ByteBuffer bytes = ByteBuffer.allocate(positions.length * Float.BYTES);
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(positions);
    Buffer buffer = new Buffer(DataType.FLOAT32, VERTICES, 3, bytes.array());
    TreeMap<String, Buffer> buffers = new TreeMap<>(Map.of("position", buffer));
    return new Held(new Node(ID, "Mesh", null, 0, 4, Value.Fields.EMPTY, buffers), null);
  }
}
