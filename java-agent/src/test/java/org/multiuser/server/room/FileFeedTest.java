package org.multiuser.server.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.codec.Limits;
import org.multiuser.protocol.codec.ManifestCodec;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.Message;

class FileFeedTest {
  private final FileFeed feed = new FileFeed("main", new Link(Channel.SUBSCRIBER, 1), new Outbox());

  @Test
  @DisplayName("[FT9] a file that is left waits no more: its place is free, the ask answered")
  void left() {
    for (int i = 0; i < Limits.AWAITED_FILES; i++) {
      feed.ask(name(i));
    }
    assertThrows(ProtocolException.class, () -> feed.ask(name(-1)));
    feed.none(name(7));
    feed.none(name(7));
    feed.none(name(-1));
    assertEquals(List.of("none " + name(7)), sent());
    feed.ask(name(-1));
  }

  @Test
  @DisplayName("[FT2] each ask has one answer, also one that comes while the former is being sent")
  void oneAnswer() {
    Manifest file = large();
    feed.ask(file.file());
    feed.complete(file);
    feed.complete(file);
    feed.none(file.file());
    assertTrue(((Message.ManifestPart) feed.next()).totalBytes() > Limits.FILE_PART_BYTES);
    feed.none(file.file()); // Left too late.
    feed.ask(file.file());
    feed.complete(file);
    assertEquals(List.of("all", "all"), sent());
  }

  /** A file whose manifest is more than one part. */
  private static Manifest large() {
    List<Manifest.Chunk> chunks = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      chunks.add(new Manifest.Chunk(name(i), 1 << 17));
    }
    return ManifestCodec.of(Collections.unmodifiableList(chunks));
  }

  private static Digest name(int number) {
    return Digest.ofContent(ByteBuffer.allocate(4).putInt(0, number).array());
  }

  /** The ends of all answers. */
  private List<String> sent() {
    List<String> all = new ArrayList<>();
    for (Message next = feed.next(); next != null; next = feed.next()) {
      Message.ManifestPart part = (Message.ManifestPart) next;
      if (part.totalBytes() == 0) {
        all.add("none " + part.file());
      } else if (part.offset() + part.bytes().length == part.totalBytes()) {
        all.add("all");
      }
    }
    return all;
  }
}
