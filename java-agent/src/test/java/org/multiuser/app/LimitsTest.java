package org.multiuser.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.multiuser.protocol.codec.Limits;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;

/**
 * What is exactly at a limit is taken, what is one over it is refused; the other client goes on.
 * Our own encoders refuse the latter, so it is written by hand here.
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class LimitsTest {
  /** The number of OwnerAction.TAKE on the wire. */
  private static final int TAKE = 0;

  private MemoryServer server;
  private WireClient host;
  private WireClient editor;

  /** Writes the steps of a commit. */
  @FunctionalInterface
  private interface Steps {
    void to(MessageBufferPacker out) throws IOException;
  }

  @BeforeEach
  void start() throws Exception {
    server = new MemoryServer();
    host = server.host();
    editor = new WireClient(server.port).login("editor", "");
  }

  @AfterEach
  void stop() throws Exception {
    host.create("Object");
    host.accepted(host.counter());
    editor.close();
    host.close();
    server.close();
  }

  @Test
  @DisplayName("[LM1] a frame may have 1 MiB, on Commands and TTL 256 KiB; not one byte more")
  void frames() throws Exception {
    for (Channel channel : Channel.values()) {
      boolean small = channel == Channel.COMMANDS || channel == Channel.TTL;
      int most = small ? 256 << 10 : 1 << 20;
      assertTrue(isAnswered(channel, most), "at the limit on " + channel);
      assertFalse(isAnswered(channel, most + 1), "over it on " + channel);
    }
  }

  @Test
  @DisplayName(
      "[LM2, PT2] a commit may be announced with 1 GiB, which takes no memory; not with more")
  void announcedBytes() {
    byte[] some = new byte[100];
    editor.send(Channel.PUBLISHER, new Message.PushPart(1, Limits.THING_BYTES, 0, some));
    editor.send(Channel.PUBLISHER, new Message.PushPart(1, Limits.THING_BYTES, 50, some));
    assertEquals(ErrorCode.BAD_MESSAGE, editor.failed(Channel.PUBLISHER)); // For it follows not.
    try (WireClient another = new WireClient(server.port).login("another", "")) {
      another.send(Channel.PUBLISHER, new Message.PushPart(1, Limits.THING_BYTES + 1L, 0, some));
      assertEquals(ErrorCode.TOO_LARGE, another.failed(Channel.PUBLISHER));
    }
  }

  @Test
  @DisplayName("[PT1] a part may have 256 KiB, not one byte more")
  void parts() {
    int most = Limits.PART_BYTES;
    editor.send(Channel.PUBLISHER, new Message.PushPart(1, 2L * most, 0, new byte[most]));
    editor.send(Channel.PUBLISHER, new Message.PushPart(1, 2L * most, most, new byte[most + 1]));
    assertEquals(ErrorCode.TOO_LARGE, editor.failed(Channel.PUBLISHER));
  }

  @Test
  @DisplayName("[LM3] a commit may have 1,000,000 steps, not one more")
  void steps() throws Exception {
    assertTaken(removals(Limits.STEPS));
    assertRefused(ErrorCode.TOO_LARGE, removals(Limits.STEPS + 1));
  }

  @Test
  @DisplayName("[LM5] a commit may have 2,000,000 values, not one more")
  void values() throws Exception {
    int besides = 3; // The step, its path's key, and the list itself.
    assertTaken(list(Limits.VALUES - besides));
    assertRefused(ErrorCode.TOO_LARGE, list(Limits.VALUES - besides + 1));
  }

  @Test
  @DisplayName("[VA5] a text may have 16 MiB, not one byte more")
  void texts() throws Exception {
    assertTaken(text(Limits.TEXT_BYTES));
    assertRefused(ErrorCode.BAD_MESSAGE, text(Limits.TEXT_BYTES + 1));
  }

  @Test
  @DisplayName("[VA5] a value may nest 32 deep, the root and its path counted, not one more")
  void nesting() throws Exception {
    assertTaken(nested(Limits.DEPTH - 1));
    assertRefused(ErrorCode.BAD_MESSAGE, nested(Limits.DEPTH));
  }

  @Test
  @DisplayName("[PA1, VA5] a path may have 32 keys, a key 1,024 bytes, not one more")
  void paths() throws Exception {
    assertTaken(path(Limits.DEPTH, 1));
    assertRefused(ErrorCode.BAD_MESSAGE, path(Limits.DEPTH + 1, 1));
    assertTaken(path(1, Limits.KEY_BYTES));
    assertRefused(ErrorCode.BAD_MESSAGE, path(1, Limits.KEY_BYTES + 1));
    assertRefused(ErrorCode.BAD_MESSAGE, path(1, 0));
  }

  @Test
  @DisplayName("[LM3] a change of owner may name 10,000 nodes, not one more")
  void owned() throws Exception {
    editor.sendBytes(Channel.COMMANDS, changeOwner(Limits.OWNED_NODES));
    assertEquals(ErrorCode.NO_SUCH_NODE, editor.failed(Channel.COMMANDS)); // Taken, and none there.
    editor.sendBytes(Channel.COMMANDS, changeOwner(Limits.OWNED_NODES + 1));
    assertEquals(ErrorCode.TOO_LARGE, editor.failed(Channel.COMMANDS));
  }

  private void assertTaken(Steps steps) throws IOException {
    UUID node = editor.create("Object");
    long number = editor.nextCounter();
    editor.pushBytes(number, commit(editor.id, number, node, steps));
    editor.accepted(editor.counter());
  }

  /** Refused, and its link ended; the editor comes back for what is next. */
  private void assertRefused(ErrorCode code, Steps steps) throws IOException {
    UUID node = editor.create("Object");
    long number = editor.nextCounter();
    editor.pushBytes(number, commit(editor.id, number, node, steps));
    assertEquals(code, editor.failed(Channel.PUBLISHER));
    editor.close();
    editor = new WireClient(server.port).login("editor " + UUID.randomUUID(), "");
  }

  private static byte[] commit(UUID author, long counter, UUID node, Steps steps)
      throws IOException {
    MessageBufferPacker out = MessagePack.newDefaultBufferPacker();
    out.packArrayHeader(6);
    pack(out, author);
    out.packLong(counter);
    pack(out, node);
    out.packInt(0).packInt(0);
    steps.to(out);
    return out.toByteArray();
  }

  private static void pack(MessageBufferPacker out, UUID id) throws IOException {
    out.packBinaryHeader(16);
    out.writePayload(
        ByteBuffer.allocate(16)
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits())
            .array());
  }

  private static Steps removals(int count) {
    return out -> {
      out.packArrayHeader(count);
      for (int i = 0; i < count; i++) {
        out.packArrayHeader(2).packInt(7).packString("b");
      }
    };
  }

  private static Steps set(Steps value) {
    return out -> {
      out.packArrayHeader(1).packArrayHeader(3).packInt(2).packArrayHeader(1).packString("k");
      value.to(out);
    };
  }

  private static Steps list(int items) {
    return set(
        out -> {
          out.packArrayHeader(items);
          for (int i = 0; i < items; i++) {
            out.packInt(1);
          }
        });
  }

  private static Steps text(int bytes) {
    return set(out -> out.packString("x".repeat(bytes)));
  }

  private static Steps nested(int levels) {
    return set(
        out -> {
          for (int i = 0; i < levels; i++) {
            out.packArrayHeader(1);
          }
          out.packNil();
        });
  }

  private static Steps path(int keys, int keyBytes) {
    return out -> {
      out.packArrayHeader(1).packArrayHeader(2).packInt(3).packArrayHeader(keys);
      for (String key : Collections.nCopies(keys, "k".repeat(keyBytes))) {
        out.packString(key);
      }
    };
  }

  private static byte[] changeOwner(int nodes) throws IOException {
    MessageBufferPacker out = MessagePack.newDefaultBufferPacker();
    out.packArrayHeader(5).packInt(9).packInt(1).packInt(TAKE);
    out.packArrayHeader(nodes);
    for (int i = 0; i < nodes; i++) {
      pack(out, new UUID(1, i));
    }
    out.packNil();
    return out.toByteArray();
  }

  /** Whether a frame of so many bytes, which are no message, reaches the server to be refused. */
  private boolean isAnswered(Channel channel, int bytes) throws IOException {
    int port = server.port + List.of(Channel.values()).indexOf(channel);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(30_000);
      byte[] frame = Zmtp.frame(new byte[bytes]);
      try {
        socket.getOutputStream().write(Zmtp.concat(Zmtp.greeting(), Zmtp.ready(), frame));
      } catch (IOException e) {
        return false; // Ended while it was written to.
      }
      return Zmtp.untilEnd(socket.getInputStream()).stream()
          .anyMatch(m -> m instanceof Message.Failed f && f.code() == ErrorCode.BAD_MESSAGE);
    }
  }
}
