package org.multiuser.server.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.codec.ManifestCodec;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.model.Role;

class FileDeskTest {
  private static final int LENGTH = 64 << 10;

  private final Outbox out = new Outbox();
  private final List<Manifest> complete = new ArrayList<>();
  private final List<Digest> orphaned = new ArrayList<>();
  private final FileDesk desk = new FileDesk("main", complete::add, orphaned::add, out);
  private final Participant anna = member("anna", 1);
  private final Participant ben = member("ben", 2);
  private final List<Effect> effects = new ArrayList<>();
  private final Set<Digest> here = new HashSet<>();
  private Manifest file;

  @BeforeEach
  void offered() {
    file = manifest(1, 40);
  }

  @Test
  @DisplayName("[FT3] no more is asked for than the window, and more as chunks are kept")
  void window() {
    begin(anna, file);
    List<Digest> first = asked(anna);
    assertEquals(16, first.size(), "chunks of 64 KiB");
    bring(anna, first.get(0));
    assertEquals(List.of(), asked(anna), "it is not kept yet");
    kept(first.get(0), Event.Outcome.KEPT);
    assertEquals(List.of(file.chunks().get(16).digest()), asked(anna));
  }

  @Test
  @DisplayName("[FT4] when all is there who offered it is told, and who waits")
  void complete() {
    begin(anna, file);
    bringAll(anna);
    assertEquals(List.of(file), complete);
    assertEquals(1, told(anna, Message.FileKept.class).size());
  }

  @Test
  @DisplayName("[FT3] several files take turns")
  void turns() {
    begin(anna, file);
    List<Digest> first = asked(anna);
    Manifest other = manifest(2, 40);
    begin(anna, other);
    bring(anna, first);
    Set<Digest> others =
        other.chunks().stream().map(Manifest.Chunk::digest).collect(Collectors.toSet());
    long ofOther = asked(anna).stream().filter(others::contains).count();
    assertTrue(ofOther >= 7 && ofOther <= 9, ofOther + " of 16");
  }

  @Test
  @DisplayName("[FT3] a chunk that two files share is asked for once")
  void shared() {
    begin(anna, file);
    begin(ben, manifest(1, 20));
    List<Digest> ofAnna = asked(anna);
    List<Digest> ofBen = asked(ben);
    assertEquals(Set.of(), common(ofAnna, ofBen));
    bring(ben, ofBen);
    bring(anna, ofAnna);
    bringAll(anna);
    assertEquals(2, complete.size());
  }

  @Test
  @DisplayName("[FT3] what somebody does not bring, because they went, is asked of others")
  void gone() {
    begin(anna, file);
    bring(anna, asked(anna).get(0));
    FileIntake before = anna.fileIntake;
    offer(ben, file);
    anna.fileIntake = null;
    desk.gone(before, anna);
    bringAll(ben);
    kept(file.chunks().get(0).digest(), Event.Outcome.KEPT);
    bringAll(ben);
    assertEquals(List.of(file), complete);
  }

  @Test
  @DisplayName("[FT3] one that cannot be had is asked of others; nobody is asked in vain for ever")
  void cannotBeHad() {
    begin(anna, file);
    List<Digest> first = asked(anna);
    offer(ben, file);
    for (Digest chunk : first) {
      desk.part(anna, new Message.ChunkPart(chunk, 0, 0, new byte[0]));
    }
    drain();
    assertEquals(List.of(), asked(anna));
    bringAll(ben);
    assertEquals(List.of(file), complete);
  }

  @Test
  @DisplayName("[FT3, FT5] one that is not what its name says is thrown away, its bringer told")
  void wrong() {
    begin(anna, file);
    List<Digest> first = asked(anna);
    offer(ben, file);
    bring(anna, first.get(0));
    kept(first.get(0), Event.Outcome.WRONG);
    assertEquals(ErrorCode.NO_SUCH_FILE, told(anna, Message.FileFailed.class).get(0).code());
    bring(anna, first.subList(1, first.size()));
    bringAll(ben);
    assertEquals(List.of(file), complete);
  }

  @Test
  @DisplayName("[FT5] where the disk is full who offers it is told, and may offer it again")
  void full() {
    begin(anna, file);
    List<Digest> first = asked(anna);
    bring(anna, first.get(0));
    kept(first.get(0), Event.Outcome.FAILED);
    assertEquals(ErrorCode.CACHE_FULL, told(anna, Message.FileFailed.class).get(0).code());
    first.subList(1, first.size()).forEach(chunk -> bring(anna, chunk));
    begin(anna, file);
    bringAll(anna);
    assertEquals(List.of(file), complete);
  }

  @Test
  @DisplayName("[FT2, FT3] what was not asked for is refused")
  void notAskedFor() {
    Message.ChunkPart part =
        new Message.ChunkPart(Digest.ofContent(new byte[1]), 1, 0, new byte[1]);
    assertThrows(ProtocolException.class, () -> desk.part(anna, part));
    byte[] bytes = ManifestCodec.encode(file);
    Message.ManifestPart manifest = new Message.ManifestPart(file.file(), bytes.length, 0, bytes);
    assertThrows(ProtocolException.class, () -> desk.part(anna, manifest));
    begin(anna, file);
    Digest chunk = asked(anna).get(0);
    Message.ChunkPart longer = new Message.ChunkPart(chunk, (1 << 20) + 1, 0, new byte[1]);
    assertThrows(ProtocolException.class, () -> desk.part(anna, longer));
  }

  @Test
  @DisplayName("[FT1, RI3] a viewer brings nothing")
  void viewer() {
    anna.role = Role.VIEWER;
    offer(anna, file);
    assertEquals(ErrorCode.NOT_ALLOWED, told(anna, Message.FileFailed.class).get(0).code());
    assertEquals(List.of(), effects);
  }

  @Test
  @DisplayName("[FT2] who sends a wrong manifest is told, and others are asked for it")
  void wrongManifest() {
    offer(anna, file);
    desk.found(nothing(file), List.of());
    offer(ben, file);
    desk.wrongManifest(file.file());
    assertEquals(ErrorCode.NO_SUCH_FILE, told(anna, Message.FileFailed.class).get(0).code());
    assertEquals(1, told(ben, Message.FileAsk.class).size());
  }

  @Test
  @DisplayName("[FI4] a manifest that lies about a chunk's length harms nobody's files but its own")
  void wrongLength() {
    Digest shared = file.chunks().get(0).digest();
    List<Manifest.Chunk> wrong = List.of(new Manifest.Chunk(shared, 5), file.chunks().get(1));
    Manifest lie = ManifestCodec.of(wrong);
    begin(anna, lie);
    List<Digest> asked = asked(anna);
    desk.part(anna, new Message.ChunkPart(asked.get(0), 0, 0, new byte[0]));
    begin(ben, file);
    bring(anna, asked.get(1));
    bringAll(ben);
    assertEquals(List.of(file), complete);
  }

  @Test
  @DisplayName("[FT3] a file that shares a chunk goes on when the other one's bringer goes")
  void sharedAndGone() {
    begin(anna, manifest(1, 40));
    List<Digest> ofAnna = asked(anna);
    begin(ben, manifest(1, 20));
    bringAll(ben);
    FileIntake before = anna.fileIntake;
    anna.fileIntake = null;
    desk.gone(before, anna);
    List<Digest> again = asked(ben);
    assertTrue(ofAnna.containsAll(again) && !again.isEmpty(), again.toString());
    bring(ben, again);
    bringAll(ben);
    assertEquals(1, complete.size());
  }

  @Test
  @DisplayName("[FT3] who is asked and says nothing for two minutes is asked no more")
  void silent() {
    begin(anna, file);
    List<Digest> first = asked(anna);
    offer(ben, file);
    desk.tick(List.of(anna, ben), 0);
    desk.tick(List.of(anna, ben), FileIntake.QUIET_NANOS / 2);
    List<Digest> ofBen = asked(ben);
    assertEquals(16, ofBen.size());
    desk.tick(List.of(anna), FileIntake.QUIET_NANOS + 1);
    bring(anna, first.get(0));
    bring(ben, ofBen);
    bringAll(ben);
    assertEquals(List.of(file), complete);
  }

  @Test
  @DisplayName("[FT3] who is asked before the first tick of the session has not been silent yet")
  void askedBeforeTheFirstTick() {
    begin(anna, file);
    List<Digest> first = asked(anna);
    desk.tick(List.of(anna), 10 * FileIntake.QUIET_NANOS); // A clock may begin anywhere.
    bring(anna, first);
    bringAll(anna);
    assertEquals(List.of(file), complete);
    assertEquals(1, told(anna, Message.FileKept.class).size());
  }

  @Test
  @DisplayName("[FT3] who answers when the server goes on after standing still was not silent")
  void stoodStill() {
    desk.tick(List.of(anna), 0);
    begin(anna, file);
    List<Digest> first = asked(anna);
    desk.tick(List.of(anna), 1);
    bring(anna, first.subList(0, 1));
    desk.tick(List.of(anna), 10 * FileIntake.QUIET_NANOS);
    bring(anna, first.subList(1, first.size()));
    bringAll(anna);
    assertEquals(List.of(file), complete);
  }

  @Test
  @DisplayName("[FT1] no more than 500 files are open of one member")
  void many() {
    for (int i = 0; i < 501; i++) {
      offer(anna, manifest(100 + i, 1));
    }
    assertEquals(ErrorCode.TOO_FAST, told(anna, Message.FileFailed.class).get(0).code());
  }

  @Test
  @DisplayName("[FT6] where somebody waits for what nobody offers, those who are there are asked")
  void search() {
    desk.found(nothing(file), List.of(anna, ben));
    drain();
    assertEquals(1, told(anna, Message.FileAsk.class).size());
    desk.part(anna, new Message.ManifestPart(file.file(), 0, 0, new byte[0]));
    drain();
    assertEquals(1, told(ben, Message.FileAsk.class).size());
    describe(ben, file);
    bringAll(ben);
    assertEquals(List.of(file), complete);
  }

  @Test
  @DisplayName("[FT1, FT6] what a member is asked for by the server is none of its 500 offers")
  void searchedAndOffered() {
    for (int i = 0; i < 501; i++) {
      desk.found(nothing(manifest(100 + i, 1)), List.of(anna));
    }
    assertEquals(501, told(anna, Message.FileAsk.class).size());
    offer(anna, file);
    assertEquals(List.of(), told(anna, Message.FileFailed.class));
    assertTrue(effects.contains(new Effect.FindFile("main", file.file())));
  }

  @Test
  @DisplayName("[FT2, FT3] whoever waits is told where the only one who brings a file is silent")
  void silentAlone() {
    begin(anna, file);
    asked(anna);
    desk.tick(List.of(anna, ben), 0);
    desk.tick(List.of(anna, ben), FileIntake.QUIET_NANOS + 1);
    assertEquals(List.of(file.file()), orphaned);
    desk.found(nothing(file), List.of(anna, ben));
    assertEquals(List.of(), told(anna, Message.FileAsk.class).stream().skip(1).toList());
    assertEquals(1, told(ben, Message.FileAsk.class).size(), "asked anew, others are asked");
  }

  @Test
  @DisplayName(
      "[FT2, FT3] the same where it went, or does not have it as offered; not while others")
  void goneAlone() {
    begin(anna, file);
    offer(ben, file);
    FileIntake before = anna.fileIntake;
    anna.fileIntake = null;
    desk.gone(before, anna);
    assertEquals(List.of(), orphaned, "another one brings it");
    Digest chunk = asked(ben).get(0);
    desk.part(ben, new Message.ChunkPart(chunk, 0, 0, new byte[0]));
    assertEquals(List.of(file.file()), orphaned);
  }

  @Test
  @DisplayName("[FT6] nobody is told who waits where those who were asked have none: no circle")
  void searchedInVain() {
    desk.found(nothing(file), List.of(anna, ben));
    for (Participant member : List.of(anna, ben)) {
      desk.part(member, new Message.ManifestPart(file.file(), 0, 0, new byte[0]));
    }
    assertEquals(List.of(), orphaned);
  }

  // --- the played members and store ---

  private static Participant member(String name, long number) {
    StoreChange.Member kept =
        new StoreChange.Member(new UUID(0, number), name, Role.EDITOR, 0, new byte[32]);
    Participant member = new Participant(kept, 0);
    member.fileIntake = new FileIntake(new Link(Channel.PUBLISHER, number));
    return member;
  }

  /** The same seed gives the same chunks. */
  private static Manifest manifest(long seed, int chunks) {
    Random random = new Random(seed);
    List<Manifest.Chunk> all = new ArrayList<>();
    for (int i = 0; i < chunks; i++) {
      byte[] name = new byte[Digest.BYTES];
      random.nextBytes(name);
      all.add(new Manifest.Chunk(Digest.of(name), LENGTH));
    }
    return ManifestCodec.of(all);
  }

  private void begin(Participant member, Manifest manifest) {
    offer(member, manifest);
    desk.found(nothing(manifest), List.of());
    describe(member, manifest);
  }

  private void offer(Participant member, Manifest manifest) {
    desk.offered(member, new Message.FileOffer(manifest.file(), manifest.size()));
    drain();
  }

  private void describe(Participant member, Manifest manifest) {
    byte[] bytes = ManifestCodec.encode(manifest);
    desk.part(member, new Message.ManifestPart(manifest.file(), bytes.length, 0, bytes));
    check();
  }

  /** The store looks through a manifest, or keeps one. */
  private void check() {
    drain();
    for (Effect effect : List.copyOf(effects)) {
      if (effect instanceof Effect.CheckManifest check) {
        effects.remove(effect);
        found(ManifestCodec.decode(check.bytes()), false);
      } else if (effect instanceof Effect.KeepManifest keep) {
        effects.remove(effect);
        found(keep.manifest(), true);
      }
    }
  }

  private void found(Manifest manifest, boolean kept) {
    Map<Digest, Integer> missing = new LinkedHashMap<>();
    for (Manifest.Chunk chunk : manifest.chunks()) {
      if (!here.contains(chunk.digest())) {
        missing.put(chunk.digest(), chunk.length());
      }
    }
    desk.found(new Event.FileFound("main", manifest.file(), manifest, missing, kept), List.of());
    drain();
  }

  private static Event.FileFound nothing(Manifest file) {
    return new Event.FileFound("main", file.file(), null, Map.of(), false);
  }

  private void bring(Participant member, Digest chunk) {
    desk.part(member, new Message.ChunkPart(chunk, LENGTH, 0, new byte[LENGTH]));
    drain();
  }

  private void kept(Digest chunk, Event.Outcome outcome) {
    if (outcome == Event.Outcome.KEPT) {
      here.add(chunk);
    }
    desk.kept(new Event.ChunkKept("main", chunk, LENGTH, outcome, "full"));
    check();
  }

  /** Brings what the member is asked for until nothing more is. */
  private void bringAll(Participant member) {
    for (List<Digest> next = asked(member); !next.isEmpty(); next = asked(member)) {
      bring(member, next);
    }
  }

  private void bring(Participant member, List<Digest> chunks) {
    for (Digest chunk : chunks) {
      bring(member, chunk);
      kept(chunk, Event.Outcome.KEPT);
    }
  }

  private static Set<Digest> common(List<Digest> some, List<Digest> others) {
    return some.stream().filter(others::contains).collect(Collectors.toSet());
  }

  private void drain() {
    effects.addAll(out.take());
  }

  /** The chunks that a member was asked for since the last call. */
  private List<Digest> asked(Participant member) {
    return told(member, Message.ChunkAsk.class).stream()
        .flatMap(ask -> ask.chunks().stream())
        .toList();
  }

  private <T extends Message> List<T> told(Participant member, Class<T> kind) {
    drain();
    List<T> found = new ArrayList<>();
    for (Effect effect : List.copyOf(effects)) {
      if (effect instanceof Effect.Send send
          && send.link().number() == member.id.getLeastSignificantBits()
          && kind.isInstance(send.packet().message())) {
        found.add(kind.cast(send.packet().message()));
        effects.remove(effect);
      }
    }
    return found;
  }
}
