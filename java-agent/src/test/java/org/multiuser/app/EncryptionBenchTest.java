package org.multiuser.app;

import static org.multiuser.app.Played.await;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.agent.ClientState;
import org.multiuser.agent.ConnectOptions;
import org.multiuser.agent.Security;
import org.multiuser.protocol.model.DataType;
import org.multiuser.protocol.model.Value;
import org.multiuser.repository.Capture;
import org.multiuser.repository.Change;

/**
 * What encryption costs artists: edits of 64 KB from one agent through a real server, durable and
 * with rights checked, to another agent, in clear and encrypted, in turns in one run: {@code
 * ./multi-user bench tls}. The servers are processes of their own; the agents share this one.
 */
@EnabledIfSystemProperty(named = "multiuser.bench", matches = "tls")
class EncryptionBenchTest {
  private static final int ROUNDS = 21;
  private static final int EDITS = 256;
  private static final int BYTES = 64 << 10;

  @TempDir private Path folder;

  @Test
  @DisplayName("edits of 64 KB from agent to agent")
  void edits() throws Exception {
    try (ServerProcess plain = new ServerProcess(List.of(), folder.resolve("plain"));
        ServerProcess tls = ServerProcess.encrypted(folder.resolve("tls"));
        Pair clear = new Pair(plain.port, Security.PLAIN);
        Pair encrypted = new Pair(tls.port, Security.ENCRYPTED)) {
      double[] inClear = new double[ROUNDS];
      double[] inTls = new double[ROUNDS];
      double[] ratio = new double[ROUNDS];
      for (int i = -2; i < ROUNDS; i++) {
        int round = Math.max(0, i);
        inClear[round] = clear.megabytesASecond(i);
        inTls[round] = encrypted.megabytesASecond(i);
        ratio[round] = inTls[round] / inClear[round];
      }
      System.out.printf(
          Locale.ROOT,
          "edits of 64 KB: plain %.1f MB/s, TLS %.1f MB/s; TLS/plain %.2f (%.2f to %.2f)%n",
          median(inClear),
          median(inTls),
          median(ratio),
          Arrays.stream(ratio).min().orElseThrow(),
          Arrays.stream(ratio).max().orElseThrow());
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /** One who edits and one who sees it. */
  private static final class Pair implements AutoCloseable {
    private final AgentRuntime author = new AgentRuntime(null);
    private final AgentRuntime reader = new AgentRuntime(null);

    Pair(int port, Security security) throws InterruptedException {
      connect(author, port, "author", security);
      await(() -> author.status().state() instanceof ClientState.Lobby);
      author.initialise(true);
      connect(reader, port, "reader", security);
      await(() -> reader.status().state() instanceof ClientState.Online);
      await(() -> author.status().state() instanceof ClientState.Online);
    }

    private static void connect(AgentRuntime agent, int port, String name, Security security) {
      agent.connect(
          new ConnectOptions(
              "127.0.0.1", port, "main", name, 0, "", "admin", "", 60_000, security));
    }

    double megabytesASecond(int seed) throws InterruptedException {
      Random random = new Random(seed);
      List<Capture> edits = new ArrayList<>();
      for (int i = 0; i < EDITS; i++) {
        byte[] data = new byte[BYTES];
        random.nextBytes(data);
        Capture.Array array = new Capture.Array(DataType.UINT8, BYTES, 1, ByteBuffer.wrap(data));
        UUID id = new UUID(seed, i);
        Value.Fields tree =
            new Value.Fields(new TreeMap<>(Map.of("name", new Value.Text("" + id))));
        edits.add(Capture.full(id, "Mesh", tree, Map.of("data", array)));
      }
      long goal = author.status().sequence() + EDITS;
      long begin = System.nanoTime();
      author.submit(edits);
      while (reader.status().sequence() < goal || author.status().pending() > 0) {
        take(reader);
        Thread.sleep(1);
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      take(author);
      return EDITS * BYTES / 1e6 / seconds;
    }

    private static void take(AgentRuntime agent) {
      for (var batch = agent.take(64 << 20); batch.isPresent(); batch = agent.take(64 << 20)) {
        Change.Batch taken = batch.get();
        agent.done(taken.number());
      }
    }

    @Override
    public void close() {
      author.close();
      reader.close();
    }
  }
}
