package org.multiuser.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.codec.Limits;
import org.multiuser.protocol.codec.ManifestCodec;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;

class TransfersTest {
  private static final int LENGTH = 128 << 10;
  private static final long SECOND = 1_000_000_000L;

  private final Outgoing out = new Outgoing();
  private final Transfers transfers = new Transfers(out);

  @Test
  @DisplayName("[FT3] several files come in turn, no more of them at once than the window")
  void turns() {
    transfers.restart();
    Manifest one = fetch(1);
    Manifest other = fetch(2);
    List<Digest> asked = asked();
    assertEquals(8, asked.size(), "1 MiB");
    for (int i = 0; i < 8; i++) {
      bring(asked.get(i));
    }
    long ofOther = asked().stream().filter(names(other)::contains).count();
    assertTrue(ofOther >= 4, ofOther + " of 8");
    assertEquals(2, transfers.shown().size());
    assertTrue(transfers.shown().stream().noneMatch(it -> it.totalBytes() != one.size()));
  }

  @Test
  @DisplayName("[FT3] what was on its way when the link broke is asked for over the next one")
  void cut() {
    transfers.restart();
    Manifest file = fetch(1);
    List<Digest> first = asked();
    bring(first.get(0));
    transfers.lost();
    bringAfterwards(first.get(1));
    asked();
    transfers.restart();
    Set<Digest> again = Set.copyOf(asked());
    assertEquals(8, again.size());
    assertTrue(names(file).containsAll(again));
    assertTrue(!again.contains(first.get(0)) && !again.contains(first.get(1)), "kept already");
  }

  @Test
  @DisplayName("[FT6] of what the server has no more the file is asked for anew")
  void gone() {
    transfers.restart();
    Manifest file = fetch(1);
    Digest chunk = asked().get(0);
    transfers.subscriber(new Message.ChunkPart(chunk, 0, 0, new byte[0]));
    assertEquals(List.of(new Message.FileAsk(file.file())), sent(Message.FileAsk.class));
  }

  @Test
  @DisplayName("[FT2, FT3] what was not asked for, or is another file's, is refused")
  void notAskedFor() {
    transfers.restart();
    Message part = new Message.ChunkPart(Digest.ofContent(new byte[1]), 1, 0, new byte[1]);
    assertThrows(ProtocolException.class, () -> transfers.subscriber(part));
    byte[] bytes = ManifestCodec.encode(manifest(2));
    transfers.fetch(manifest(1).file());
    Message lie = new Message.ManifestPart(manifest(1).file(), bytes.length, 0, bytes);
    assertThrows(ProtocolException.class, () -> transfers.subscriber(lie));
  }

  @Test
  @DisplayName("files go out no faster than the user allows, and at once where nothing is said")
  void pace() {
    UploadPace pace = new UploadPace();
    assertTrue(pace.mayGo(0));
    pace.limit(1_000_000);
    long sent = 0;
    for (long now = 0; now <= 10 * SECOND; now += SECOND / 100) {
      while (pace.mayGo(now)) {
        pace.sent(64 << 10);
        sent += 64 << 10;
      }
      assertTrue(pace.waitNanos() > 0 && pace.waitNanos() <= SECOND);
    }
    assertTrue(sent > 9_500_000 && sent < 10_500_000, sent + " bytes in 10 s");
  }

  @Test
  @DisplayName("[FT3] each ask has its answer in its order, also what was cancelled meanwhile")
  void cancelled() {
    transfers.restart();
    Manifest one = manifest(1);
    Manifest other = manifest(2);
    transfers.offer(one);
    transfers.offer(other);
    List<Digest> wanted = List.of(one.chunks().get(0).digest(), other.chunks().get(0).digest());
    transfers.publisher(new Message.ChunkAsk(wanted));
    transfers.pump(0);
    transfers.cancel(one.file());
    wanted.forEach(chunk -> transfers.loaded(chunk, new byte[LENGTH]));
    transfers.pump(0);
    List<Message.ChunkPart> parts = sent(Message.ChunkPart.class);
    assertEquals(List.of(0L, (long) LENGTH, (long) LENGTH), totals(parts));
    assertEquals(wanted.get(1), parts.get(2).chunk());
  }

  @Test
  @DisplayName("[FT3] a chunk that is another by now goes as none, and the user is told")
  void changed() {
    transfers.restart();
    Manifest file = manifest(1);
    transfers.offer(file);
    Digest chunk = file.chunks().get(0).digest();
    transfers.publisher(new Message.ChunkAsk(List.of(chunk)));
    transfers.pump(0);
    transfers.loaded(chunk, null);
    transfers.pump(0);
    assertEquals(List.of(0L), totals(sent(Message.ChunkPart.class)));
    assertEquals(Transfer.State.FAILED, transfers.shown().get(0).state());
  }

  @Test
  @DisplayName("[FT3] a chunk that another offered file has too is sent though one is cancelled")
  void sharedAndCancelled() {
    transfers.restart();
    Manifest one = manifest(1);
    Manifest other = ManifestCodec.of(one.chunks().subList(0, 10));
    transfers.offer(one);
    transfers.offer(other);
    transfers.cancel(other.file());
    Digest chunk = one.chunks().get(0).digest();
    transfers.publisher(new Message.ChunkAsk(List.of(chunk)));
    transfers.pump(0);
    transfers.loaded(chunk, new byte[LENGTH]);
    transfers.pump(0);
    assertEquals(List.of((long) LENGTH, (long) LENGTH), totals(sent(Message.ChunkPart.class)));
  }

  @Test
  @DisplayName("[FT1, FT2] thousands of files are offered by and by, and asked for all at once")
  void thousands() {
    transfers.restart();
    for (int i = 0; i < 2_000; i++) {
      transfers.offer(ManifestCodec.of(manifest(i).chunks().subList(0, 1)));
    }
    List<Message.FileOffer> offers = sent(Message.FileOffer.class);
    assertEquals(500, offers.size());
    offers.forEach(offer -> transfers.publisher(new Message.FileAsk(offer.file())));
    offers.forEach(offer -> transfers.publisher(new Message.FileAsk(offer.file())));
    transfers.publisher(new Message.ChunkAsk(List.of(manifest(1).chunks().get(0).digest())));
    transfers.pump(0);
    assertEquals(500, sent(Message.ManifestPart.class).size());
    offers.forEach(offer -> transfers.publisher(new Message.FileKept(offer.file())));
    assertEquals(500, sent(Message.FileOffer.class).size());
  }

  @Test
  @DisplayName(
      "[FT2] an answer of the disk that comes late, or a manifest of nothing, does no harm")
  void late() {
    transfers.restart();
    Manifest file = fetch(1);
    transfers.found(file.file(), null, Map.of());
    transfers.subscriber(new Message.ManifestPart(file.file(), 0, 0, new byte[0]));
    asked();
    transfers.lost();
    transfers.restart();
    assertEquals(8, asked().size());
  }

  @Test
  @DisplayName("[FT1] what is offered again before a cancelled offer was answered is offered again")
  void offeredAgain() {
    transfers.restart();
    Manifest file = manifest(1);
    transfers.offer(file);
    transfers.cancel(file.file());
    transfers.offer(file);
    assertEquals(1, sent(Message.FileOffer.class).size());
    transfers.publisher(new Message.FileFailed(file.file(), ErrorCode.NO_SUCH_FILE, "cancelled"));
    assertEquals(1, sent(Message.FileOffer.class).size());
    transfers.publisher(new Message.FileFailed(file.file(), ErrorCode.CACHE_FULL, "full"));
    assertEquals(Transfer.State.FAILED, transfers.shown().get(0).state());
    assertEquals(0, sent(Message.FileOffer.class).size());
  }

  @Test
  @DisplayName("a file that is here is looked for once more when it is wanted again")
  void wantedAgain() {
    Manifest file = manifest(1);
    for (int i = 0; i < 2; i++) {
      transfers.fetch(file.file());
      assertEquals(List.of(new Effect.FindFile(file.file())), out.drain());
      transfers.found(file.file(), file, Map.of());
      assertEquals(List.of(new Effect.MakeFile(file)), out.drain());
      transfers.made(file.file(), "");
      assertEquals(Transfer.State.DONE, transfers.shown().get(0).state());
    }
  }

  @Test
  @DisplayName("what went from the cache meanwhile is fetched again, but not for ever")
  void lost() {
    transfers.restart();
    Manifest file = fetch(1);
    for (int i = 0; i < 3; i++) {
      transfers.lacking(file.file(), "lost");
      transfers.found(file.file(), file, lengths(file));
      assertEquals(Transfer.State.MOVING, transfers.shown().get(0).state());
    }
    transfers.lacking(file.file(), "lost");
    assertEquals("lost", transfers.shown().get(0).problem());
    assertEquals(Transfer.State.FAILED, transfers.shown().get(0).state());
  }

  @Test
  @DisplayName("[FT6] of more files than the server waits with, the next is asked for once it may")
  void tooMany() {
    int most = Limits.AWAITED_FILES;
    List<Manifest> all = new ArrayList<>();
    for (int i = 0; i < most + 3; i++) {
      all.add(ManifestCodec.of(manifest(i).chunks().subList(0, 1)));
    }
    for (Manifest file : all) {
      transfers.fetch(file.file());
      transfers.found(file.file(), null, Map.of());
    }
    transfers.restart();
    assertEquals(most, sent(Message.FileAsk.class).size());
    transfers.cancel(all.get(0).file());
    transfers.cancel(all.get(most).file());
    assertEquals(List.of(), sent(Message.FileAsk.class), "the server waits with the first one yet");
    answer(all.get(0));
    answer(all.get(1));
    answer(all.get(2));
    List<Message> next = List.of(ask(all.get(most + 1)), ask(all.get(most + 2)));
    assertEquals(next, sent(Message.FileAsk.class), "and nothing for the third answer");
  }

  @Test
  @DisplayName("of a file that nobody asks about any more nothing is left")
  void left() {
    transfers.restart();
    Manifest file = manifest(1);
    transfers.fetch(file.file());
    transfers.found(file.file(), file, Map.of());
    transfers.leave(file.file());
    transfers.made(file.file(), "");
    assertEquals(List.of(), transfers.shown());
  }

  @Test
  @DisplayName("[FT2, FT6] where who brought a file went it is told in words, and asked for anew")
  void orphaned() {
    transfers.restart();
    Manifest file = manifest(1);
    transfers.fetch(file.file());
    transfers.found(file.file(), null, Map.of());
    sent(Message.FileAsk.class);
    none(file);
    assertEquals(List.of(ask(file)), sent(Message.FileAsk.class));
    Transfer told = transfers.shown().get(0);
    assertEquals(Transfer.State.WAITING, told.state());
    assertTrue(told.problem().contains("left or is silent"), told.problem());
    answer(file);
    transfers.found(file.file(), file, lengths(file));
    assertEquals("", transfers.shown().get(0).problem());
    assertEquals(Transfer.State.MOVING, transfers.shown().get(0).state());
  }

  @Test
  @DisplayName("[FT2, FT6] a server that has one ask for the same file again and again is left")
  void againAndAgain() {
    transfers.restart();
    Manifest file = manifest(1);
    transfers.fetch(file.file());
    transfers.found(file.file(), null, Map.of());
    int asked = 0;
    for (int i = 0; i < 1_000; i++) {
      asked += sent(Message.FileAsk.class).size();
      none(file);
    }
    assertTrue(asked <= 101, asked + " times");
    assertEquals(Transfer.State.FAILED, transfers.shown().get(0).state());
    Manifest other = fetch(2);
    asked = 0;
    for (int i = 0; i < 100 && !asked().isEmpty(); i++) {
      Digest chunk = other.chunks().get(0).digest();
      transfers.subscriber(new Message.ChunkPart(chunk, 0, 0, new byte[0]));
      asked += sent(Message.FileAsk.class).size();
      transfers.lost();
      transfers.restart();
    }
    assertTrue(asked <= 3, asked + " times");
  }

  @Test
  @DisplayName("[FT2] a manifest is taken once for each time that it was asked for")
  void once() {
    transfers.restart();
    Manifest file = manifest(1);
    transfers.fetch(file.file());
    transfers.found(file.file(), null, Map.of());
    answer(file);
    assertThrows(ProtocolException.class, () -> answer(file));
    long kept = out.drain().stream().filter(it -> it instanceof Effect.KeepManifest).count();
    assertEquals(1, kept);
  }

  @Test
  @DisplayName(
      "[FT9] what is cancelled is left at the server, and its place is free with the answer")
  void leaves() {
    transfers.welcomed(1);
    transfers.restart();
    Manifest file = manifest(1);
    for (int i = 0; i < 2; i++) {
      transfers.fetch(file.file());
      transfers.found(file.file(), null, Map.of());
      transfers.cancel(file.file());
    }
    assertEquals(List.of(ask(file)), sent(Message.FileAsk.class), "it is not answered yet");
    transfers.fetch(file.file());
    transfers.found(file.file(), null, Map.of());
    none(file);
    assertEquals(List.of(ask(file)), sent(Message.FileAsk.class));
    assertEquals("", transfers.shown().get(0).problem(), "it was the answer to the first");
    transfers.cancel(file.file());
    assertEquals(List.of(new Message.FileLeave(file.file())), sent(Message.FileLeave.class));
    answer(file);
    transfers.cancel(file.file());
    assertEquals(List.of(), sent(Message.FileLeave.class), "nothing waits");
  }

  @Test
  @DisplayName("[FT9, VE2] a server that does not know of it is not told")
  void leavesNotAtAnOldServer() {
    transfers.welcomed(0);
    transfers.restart();
    Manifest file = manifest(1);
    transfers.fetch(file.file());
    transfers.found(file.file(), null, Map.of());
    transfers.cancel(file.file());
    assertEquals(List.of(), sent(Message.FileLeave.class));
  }

  @Test
  @DisplayName("[FT4, FT6] what came from the session is given back to it, and nothing else")
  void lends() {
    transfers.restart();
    Manifest file = fetch(1);
    transfers.publisher(new Message.FileAsk(file.file()));
    transfers.publisher(new Message.FileAsk(manifest(2).file()));
    transfers.pump(0);
    assertEquals(List.of(), sent(Message.ManifestPart.class), "the first one is looked for");
    transfers.lent(file.file(), file);
    transfers.pump(0);
    List<Message.ManifestPart> parts = sent(Message.ManifestPart.class);
    assertTrue(parts.get(0).totalBytes() > 0);
    assertEquals(0, parts.get(1).totalBytes(), "it may be another session's");
    Digest chunk = file.chunks().get(0).digest();
    transfers.publisher(new Message.ChunkAsk(List.of(chunk)));
    transfers.pump(0);
    transfers.loaded(chunk, new byte[LENGTH]);
    transfers.pump(0);
    assertEquals(2, sent(Message.ChunkPart.class).size());
    transfers.publisher(new Message.FileKept(file.file()));
    transfers.cancel(file.file());
    transfers.publisher(new Message.FileAsk(file.file()));
    transfers.lent(file.file(), null);
    transfers.pump(0);
    assertEquals(0, sent(Message.ManifestPart.class).get(0).totalBytes(), "it went meanwhile");
  }

  @Test
  @DisplayName("a chunk that two files lack counts for both, and for none that was cancelled")
  void sharedChunk() {
    transfers.restart();
    Manifest one = manifest(1);
    Manifest other = ManifestCodec.of(one.chunks().subList(0, 1));
    Manifest third = ManifestCodec.of(one.chunks().subList(0, 2));
    for (Manifest file : List.of(one, other, third)) {
      transfers.fetch(file.file());
      transfers.found(file.file(), file, lengths(file));
    }
    transfers.cancel(third.file());
    transfers.kept(one.chunks().get(0).digest(), "");
    assertEquals(
        List.of((long) LENGTH, (long) LENGTH),
        transfers.shown().stream().map(Transfer::doneBytes).toList());
    assertTrue(out.drain().contains(new Effect.MakeFile(other)));
    transfers.kept(one.chunks().get(1).digest(), "full");
    assertEquals("full", transfers.shown().get(0).problem());
  }

  // --- the played server and disk ---

  private void none(Manifest file) {
    transfers.subscriber(new Message.ManifestPart(file.file(), 0, 0, new byte[0]));
  }

  private static Message ask(Manifest file) {
    return new Message.FileAsk(file.file());
  }

  private void answer(Manifest file) {
    byte[] bytes = ManifestCodec.encode(file);
    transfers.subscriber(new Message.ManifestPart(file.file(), bytes.length, 0, bytes));
  }

  private static Manifest manifest(long seed) {
    Random random = new Random(seed);
    List<Manifest.Chunk> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      byte[] name = new byte[Digest.BYTES];
      random.nextBytes(name);
      all.add(new Manifest.Chunk(Digest.of(name), LENGTH));
    }
    return ManifestCodec.of(all);
  }

  private static Set<Digest> names(Manifest manifest) {
    return manifest.chunks().stream().map(Manifest.Chunk::digest).collect(Collectors.toSet());
  }

  private static Map<Digest, Integer> lengths(Manifest manifest) {
    Map<Digest, Integer> lengths = new LinkedHashMap<>();
    manifest.chunks().forEach(chunk -> lengths.put(chunk.digest(), chunk.length()));
    return lengths;
  }

  private Manifest fetch(long seed) {
    Manifest manifest = manifest(seed);
    transfers.fetch(manifest.file());
    transfers.found(manifest.file(), null, Map.of());
    byte[] bytes = ManifestCodec.encode(manifest);
    transfers.subscriber(new Message.ManifestPart(manifest.file(), bytes.length, 0, bytes));
    transfers.found(manifest.file(), manifest, lengths(manifest));
    return manifest;
  }

  private void bring(Digest chunk) {
    for (int at = 0; at < LENGTH; at += 64 << 10) {
      transfers.subscriber(new Message.ChunkPart(chunk, LENGTH, at, new byte[64 << 10]));
    }
    transfers.kept(chunk, "");
  }

  /** It had come before the link broke, and the disk was slow. */
  private void bringAfterwards(Digest chunk) {
    transfers.kept(chunk, "");
  }

  private List<Digest> asked() {
    return sent(Message.ChunkAsk.class).stream().flatMap(ask -> ask.chunks().stream()).toList();
  }

  private static List<Long> totals(List<Message.ChunkPart> parts) {
    return parts.stream().map(Message.ChunkPart::totalBytes).toList();
  }

  private <T extends Message> List<T> sent(Class<T> kind) {
    return out.drain().stream()
        .filter(effect -> effect instanceof Effect.Send)
        .map(effect -> ((Effect.Send) effect).message())
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }
}
