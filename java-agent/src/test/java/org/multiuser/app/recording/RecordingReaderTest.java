package org.multiuser.app.recording;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.files.RecordWriter;
import org.multiuser.protocol.codec.BulkCodec;
import org.multiuser.protocol.codec.CommitCodec;
import org.multiuser.protocol.codec.ContentHash;
import org.multiuser.protocol.codec.LogEntryCodec;
import org.multiuser.protocol.codec.MsgWriter;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.delta.Image;
import org.multiuser.protocol.delta.Names;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.DataType;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Value;

/** Recordings that are whole, cut off, damaged, foreign, or made to do harm. */
class RecordingReaderTest {
  private static final UUID ADA = new UUID(1, 1);
  private static final UUID BOB = new UUID(2, 2);
  private static final UUID CUBE = new UUID(3, 3);
  private static final RecordedCodec CODEC = new RecordedCodec(BulkCodec.raw());
  private static final Recorded.Header HEADER = new Recorded.Header(1_000, "main", "test");

  @TempDir Path folder;
  private int files;

  @Test
  @DisplayName("what was written is found again: content, users, entries, and their end")
  void whole() throws Exception {
    Survey survey = survey(write(HEADER, all()));
    assertTrue(survey.isWhole());
    assertEquals("main", survey.header().session());
    assertEquals(List.of(cube()), survey.first());
    assertEquals(2, survey.commits());
    assertEquals(1, survey.ownerChanges());
    assertEquals(1, survey.presences());
    assertEquals(5_000_000, survey.lengthMicros());
    assertEquals(
        List.of("Ada", "Bob"), survey.cast().values().stream().map(Survey.Person::name).toList());
    assertArrayEquals(ContentHash.of(image().nodes()), survey.hash());
    assertEquals(List.of(Names.rename("Cube.001")), survey.renaming(8));
    assertEquals(List.of(), survey.renaming(10));
  }

  @Test
  @DisplayName("cut off anywhere, it is used up to there; nothing at all is told")
  void cutOff() throws Exception {
    byte[] bytes = Files.readAllBytes(write(HEADER, all()));
    int refused = 0;
    for (int length = 0; length < bytes.length; length++) {
      Path file = keep(Arrays.copyOf(bytes, length));
      try {
        assertFalse(survey(file).isWhole());
      } catch (RecordingException e) {
        refused++;
      }
    }
    assertTrue(refused < bytes.length / 2, refused + " of " + bytes.length);
    RecordingException none = assertThrows(RecordingException.class, () -> survey(write(HEADER)));
    assertTrue(none.getMessage().contains("Nothing was recorded"), none.getMessage());
  }

  @Test
  @DisplayName(
      "[NA2] cut off behind a new name, that edit is left out: the server's may be missing")
  void cutOffAtAName() throws Exception {
    List<Recorded> all = all();
    Survey without = survey(write(HEADER, all.subList(0, 4)));
    assertEquals(0, without.commits());
    assertEquals(7, without.lastSequence());
    assertEquals(1, survey(write(HEADER, all.subList(0, 5))).commits());
  }

  @Test
  @DisplayName("a flipped byte anywhere is found, and ends it there")
  void flipped() throws Exception {
    byte[] bytes = Files.readAllBytes(write(HEADER, all()));
    for (int at = 0; at < bytes.length; at++) {
      byte[] other = bytes.clone();
      other[at] ^= (byte) (1 << (at % 8));
      try {
        assertFalse(survey(keep(other)).isWhole(), "byte " + at);
      } catch (RecordingException e) {
        assertFalse(e.getMessage().isEmpty());
      }
    }
  }

  @Test
  @DisplayName("another file, and one of a newer or an older Multi-User, are told apart")
  void foreign() throws Exception {
    assertTold(
        keep("#!/bin/sh\necho hello\n".getBytes(StandardCharsets.UTF_8)), "It is no recording");
    assertTold(keep(new byte[0]), "It is no recording");
    assertTold(sealed(headerOf("multi-user backup", 1, 3)), "It is no recording");
    assertTold(sealed(headerOf("multi-user recording", 2, 3)), "a newer Multi-User");
    assertTold(sealed(headerOf("multi-user recording", 1, 4)), "a newer Multi-User");
    assertTold(sealed(headerOf("multi-user recording", 1, 2)), "an older Multi-User");
  }

  @Test
  @DisplayName("lengths that nothing backs take no memory")
  void hugeLengths() throws Exception {
    byte[] head = Files.readAllBytes(write(HEADER, all()));
    for (int length : List.of(Integer.MAX_VALUE, -1, 0, 1 << 30)) {
      ByteBuffer bytes = ByteBuffer.allocate(head.length + 8).put(head).putInt(length).putInt(0);
      assertTrue(survey(keep(bytes.array())).isWhole());
    }
    byte[] array = {(byte) 0xdd, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff};
    assertTold(sealed(array), "It is no recording");
    byte[] first = CODEC.encode(HEADER);
    assertTold(sealed(first, array), "cannot be understood");
  }

  @Test
  @DisplayName("what contradicts itself is refused before anything is played")
  void contradictions() throws Exception {
    List<Recorded> all = all();
    assertTold(write(HEADER, all.subList(1, all.size())), "does not begin");
    List<Recorded> twice = new ArrayList<>(all);
    twice.add(all.get(all.size() - 1));
    assertTold(write(HEADER, twice), "behind its end");
    List<Recorded> gap = new ArrayList<>(all);
    gap.remove(4);
    assertTold(write(HEADER, gap), "cannot follow");
    List<Recorded> fewer = new ArrayList<>(all);
    fewer.remove(1);
    assertTold(write(HEADER, fewer), "0 of 1 nodes");
    List<Recorded> back = new ArrayList<>(all);
    back.add(all.size() - 1, new Recorded.Seen(1, ADA, Value.Fields.EMPTY));
    assertTold(write(HEADER, back), "its times go back");
    List<Recorded> wrong = new ArrayList<>(all);
    wrong.set(all.size() - 1, new Recorded.End(5_000_000, new byte[32]));
    assertTold(write(HEADER, wrong), "does not come to what it says");
    assertTold(write(HEADER, List.of(all.get(0), all.get(1), HEADER)), "cannot be understood");
    assertTold(
        write(
            HEADER,
            List.of(
                all.get(0),
                all.get(1),
                new Recorded.Seen(Long.MAX_VALUE, ADA, Value.Fields.EMPTY))),
        "cannot be understood");
    assertTold(
        write(
            HEADER, List.of(all.get(0), all.get(1), new Recorded.Logged(1, new byte[] {1, 2, 3}))),
        "contradicts itself");
  }

  @Test
  @DisplayName("a file that is there is not written over")
  void another() throws Exception {
    Path file = write(HEADER, all());
    assertThrows(FileAlreadyExistsException.class, () -> new RecordWriter(file).close());
  }

  // --- a small recording ---

  private static Node cube() {
    TreeMap<String, Buffer> buffers = new TreeMap<>();
    buffers.put("data", new Buffer(DataType.UINT8, 3, 1, new byte[] {1, 2, 3}));
    return new Node(CUBE, "Object", ADA, 7, 0, named("Cube"), buffers);
  }

  private static Value.Fields named(String name) {
    return new Value.Fields(new TreeMap<>(Map.of("name", new Value.Text(name))));
  }

  private static List<LogEntry> entries() {
    UUID other = new UUID(4, 4);
    return List.of(
        committed(8, BOB, other, new Operation.Create("Object", named("Cube"))),
        committed(9, Commit.SERVER, other, Names.rename("Cube.001")),
        committed(10, ADA, CUBE, Names.rename("Box")),
        new LogEntry.OwnerChanged(11, ADA, List.of(CUBE), BOB));
  }

  private static LogEntry committed(long sequence, UUID author, UUID node, Operation step) {
    return new LogEntry.Committed(
        sequence, new Commit(author, sequence, node, 0, 0, List.of(step)));
  }

  private static Image image() {
    Image image = new Image(7, List.of(cube()));
    entries().forEach(image::apply);
    return image;
  }

  private static List<Recorded> all() {
    LogEntryCodec codec = new LogEntryCodec(new CommitCodec(BulkCodec.raw()));
    List<Recorded> all = new ArrayList<>();
    all.add(new Recorded.Begun(7, 1));
    all.add(new Recorded.FirstNode(cube()));
    all.add(new Recorded.Joined(0, ADA, "Ada", 0xff0000));
    entries()
        .forEach(
            entry -> all.add(new Recorded.Logged(entry.sequence() * 1_000, codec.encode(entry))));
    all.add(new Recorded.Joined(12_000, BOB, "Bob", 0xff00));
    all.add(new Recorded.Seen(13_000, BOB, named("view")));
    all.add(new Recorded.End(5_000_000, ContentHash.of(image().nodes())));
    return all;
  }

  private Survey survey(Path file) throws IOException, RecordingException {
    return Survey.of(file, CODEC);
  }

  private void assertTold(Path file, String text) {
    RecordingException told = assertThrows(RecordingException.class, () -> survey(file));
    assertTrue(told.getMessage().contains(text), told.getMessage());
  }

  private Path write(Recorded header, Recorded... records) throws IOException {
    return write(header, List.of(records));
  }

  private Path write(Recorded header, List<Recorded> records) throws IOException {
    List<byte[]> payloads = new ArrayList<>(List.of(CODEC.encode(header)));
    records.forEach(record -> payloads.add(CODEC.encode(record)));
    return sealed(payloads.toArray(new byte[0][]));
  }

  private Path sealed(byte[]... payloads) throws IOException {
    Path file = folder.resolve("recording" + files++);
    try (RecordWriter writer = new RecordWriter(file)) {
      for (byte[] payload : payloads) {
        writer.write(payload);
      }
    }
    return file;
  }

  private Path keep(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("recording" + files++), bytes);
  }

  private static byte[] headerOf(String magic, int form, int protocol) {
    return MsgWriter.write(
        out ->
            out.array(5)
                .integer(0)
                .text(magic)
                .integer(form)
                .integer(protocol)
                .binary(new byte[9]));
  }
}
