package org.multiuser.server.room;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.multiuser.protocol.codec.ManifestCodec;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.rights.Action;
import org.multiuser.protocol.rights.Rights;

/**
 * The files of one session on their way in (SPEC FT): asks those who offer a file for what of it is
 * not there, several files in turn, and tells who waits when it is.
 */
final class FileDesk {
  /** Files that are not all there, over which a peer cannot make the server's memory grow. */
  private static final int MOST_ARRIVING = 10_000;

  private static final String CHANGED =
      "The file changed while it was sent; it is sent again as it is now.";

  private final String session;
  private final Consumer<Manifest> completed;
  private final Outbox out;
  private final Map<Digest, Arriving> arriving = new LinkedHashMap<>();

  /** Chunks that somebody is asked for, or that are being kept: for all files that have them. */
  private final Set<Digest> inFlight = new HashSet<>();

  /** Who brought a chunk that is being kept. */
  private final Map<Digest, Bringing> keeping = new HashMap<>();

  private record Bringing(Participant from, FileIntake intake, FileIntake.Asked asked) {}

  /**
   * A desk.
   *
   * @param completed told of each file that is all there from now on
   */
  FileDesk(String session, Consumer<Manifest> completed, Outbox out) {
    this.session = session;
    this.completed = completed;
    this.out = out;
  }

  // --- what members say ---

  /** A member has a file (SPEC FT1). */
  void offered(Participant member, Message.FileOffer offer) {
    if (!Rights.may(member.role, member.id, Action.CREATE, null).isAllowed()) {
      fail(member, offer.file(), ErrorCode.NOT_ALLOWED, "Your role does not allow this.");
      return;
    }
    Arriving file = arriving.get(offer.file());
    if (offer.bytes() > Manifest.LARGEST_FILE || (file == null && isFull())) {
      fail(member, offer.file(), ErrorCode.TOO_LARGE, "The server takes no such file now.");
    } else if (file == null) {
      file = new Arriving(offer.file());
      file.offerers.add(member);
      arriving.put(offer.file(), file);
      out.add(new Effect.FindFile(session, offer.file()));
    } else {
      file.offerers.add(member);
      describe(file);
      ask(member);
    }
  }

  private boolean isFull() {
    return arriving.size() >= MOST_ARRIVING;
  }

  /** Part of what a file consists of (SPEC FT2). */
  void part(Participant member, Message.ManifestPart part) {
    member.fileIntake.part(part).ifPresent(whole -> manifest(member, part.file(), whole));
  }

  private void manifest(Participant member, Digest name, byte[] bytes) {
    Arriving file = arriving.get(name);
    boolean awaited = file != null && file.describing == member;
    if (bytes.length == 0) {
      if (awaited) {
        withdraw(member, file);
      }
      return;
    }
    Manifest manifest = ManifestCodec.decode(bytes);
    if (!manifest.file().equals(name)) {
      throw Requests.bad("the manifest of another file");
    }
    if (awaited) {
      out.add(new Effect.KeepManifest(session, manifest, bytes));
    }
  }

  /** Part of a chunk (SPEC FT3). */
  void part(Participant member, Message.ChunkPart part) {
    member.fileIntake.part(part).ifPresent(content -> chunk(member, content));
  }

  private void chunk(Participant member, byte[] content) {
    FileIntake intake = member.fileIntake;
    FileIntake.Asked asked = intake.arrived();
    Digest chunk = asked.chunk().digest();
    if (content.length > 0 && arriving.get(asked.file().file) == asked.file()) {
      keeping.put(chunk, new Bringing(member, intake, asked));
      out.add(new Effect.KeepChunk(session, chunk, content));
      return;
    }
    intake.done(asked);
    again(asked.chunk());
    if (content.length == 0) {
      withdraw(member, asked.file());
    }
    ask(member);
  }

  /** A member's Publisher is gone: what it was asked for is asked of others. */
  void gone(Participant member, FileIntake intake) {
    if (intake == null) {
      return;
    }
    intake.open().forEach(asked -> again(asked.chunk()));
    for (Arriving file : List.copyOf(arriving.values())) {
      if (file.offerers.contains(member)) {
        withdraw(member, file);
      }
    }
  }

  /** A member cannot bring a file: others are asked for what is missing. */
  private void withdraw(Participant member, Arriving file) {
    file.offerers.remove(member);
    if (file.describing == member) {
      file.describing = null;
    }
    if (file.offerers.isEmpty()) {
      arriving.remove(file.file, file); // What came of it is kept, and not asked for again.
    } else {
      describe(file);
      askAll(file);
    }
  }

  /** What was asked for does not come. */
  private void again(Manifest.Chunk chunk) {
    inFlight.remove(chunk.digest());
    arriving.values().forEach(file -> file.again(chunk));
  }

  // --- what the store says ---

  /**
   * What of a file is there; also after a manifest was kept.
   *
   * @param members who may have a file that somebody waits for and nobody offers
   */
  void found(Event.FileFound found, Collection<Participant> members) {
    Arriving file = arriving.get(found.file());
    if (file == null && found.isComplete()) {
      completed.accept(found.manifest());
      return;
    }
    if (file == null) {
      file = search(found.file(), members);
    }
    if (found.manifest() == null) {
      describe(file);
    } else {
      file.found(found.manifest(), found.missing());
      finish(file);
      askAll(file);
    }
  }

  /** Somebody waits for a file: whoever is here may have it. */
  private Arriving search(Digest name, Collection<Participant> members) {
    Arriving file = new Arriving(name);
    members.stream().filter(member -> member.fileIntake != null).forEach(file.offerers::add);
    if (!file.offerers.isEmpty() && !isFull()) {
      arriving.put(name, file);
    }
    return file;
  }

  /** A manifest could not be kept. */
  void refused(Event.FileRefused refused) {
    Arriving file = arriving.get(refused.file());
    if (file != null) {
      giveUp(file, refused.text());
    }
  }

  /** A chunk is kept, or could not be. */
  void kept(Event.ChunkKept kept) {
    Bringing brought = keeping.remove(kept.chunk());
    if (brought == null) {
      return;
    }
    brought.intake.done(brought.asked);
    Arriving file = brought.asked.file();
    switch (kept.outcome()) {
      case KEPT -> here(kept.chunk());
      case WRONG -> {
        again(brought.asked.chunk());
        withdraw(brought.from, file);
        fail(brought.from, file.file, ErrorCode.NO_SUCH_FILE, CHANGED);
      }
      default -> {
        giveUp(file, kept.text());
        again(brought.asked.chunk());
      }
    }
    ask(brought.from);
  }

  private void here(Digest chunk) {
    inFlight.remove(chunk);
    for (Arriving file : List.copyOf(arriving.values())) {
      if (file.missing.remove(chunk)) {
        finish(file);
      }
    }
  }

  /** The disk does not take it: whoever offers it is told, and may offer it again later. */
  private void giveUp(Arriving file, String text) {
    if (arriving.remove(file.file, file)) {
      out.warn("a file of session " + session + " cannot be kept: " + text);
      file.offerers.forEach(member -> fail(member, file.file, ErrorCode.CACHE_FULL, text));
    }
  }

  // --- asking ---

  private void finish(Arriving file) {
    if (file.isComplete() && arriving.remove(file.file, file)) {
      completed.accept(file.manifest);
      for (Participant member : file.offerers) {
        out.send(publisher(member), new Message.FileKept(file.file));
      }
    }
  }

  private void describe(Arriving file) {
    if (file.manifest != null || file.describing != null) {
      return;
    }
    for (Participant member : file.offerers) {
      if (member.fileIntake != null) {
        file.describing = member;
        member.fileIntake.askManifest(file.file);
        out.send(member.fileIntake.link(), new Message.FileAsk(file.file));
        return;
      }
    }
  }

  private void askAll(Arriving file) {
    Set<Participant> members = new LinkedHashSet<>(file.offerers);
    members.forEach(this::ask);
  }

  /** Asks a member for as much as may be on its way, of each of its files in turn. */
  private void ask(Participant member) {
    FileIntake intake = member.fileIntake;
    if (intake == null || !intake.hasRoom()) {
      return;
    }
    List<Digest> wanted = new ArrayList<>();
    boolean more = true;
    while (more && intake.hasRoom()) {
      Optional<Arriving> next =
          arriving.values().stream()
              .filter(file -> file.offerers.contains(member) && ask(file, intake, wanted))
              .findFirst();
      next.ifPresent(this::toTheEnd);
      more = next.isPresent();
    }
    if (!wanted.isEmpty()) {
      out.send(intake.link(), new Message.ChunkAsk(wanted));
    }
  }

  /** The other files come before this one now. */
  private void toTheEnd(Arriving file) {
    arriving.remove(file.file);
    arriving.put(file.file, file);
  }

  private boolean ask(Arriving file, FileIntake intake, List<Digest> wanted) {
    for (Manifest.Chunk chunk = file.unasked.poll(); chunk != null; chunk = file.unasked.poll()) {
      if (file.missing.contains(chunk.digest()) && inFlight.add(chunk.digest())) {
        intake.ask(new FileIntake.Asked(file, chunk));
        wanted.add(chunk.digest());
        return true;
      }
    }
    return false;
  }

  private void fail(Participant member, Digest file, ErrorCode code, String text) {
    out.send(publisher(member), new Message.FileFailed(file, code, text));
  }

  private static Link publisher(Participant member) {
    return member.fileIntake == null ? null : member.fileIntake.link();
  }
}
