package org.multiuser.server.room;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.multiuser.protocol.codec.Limits;
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
  /** Files that are not all there, over which peers cannot make the server's memory grow. */
  private static final int MOST_ARRIVING = 10_000;

  private static final String CHANGED =
      "The file changed while it was sent, or is gone; offer it again as it is now.";
  private static final String MANY = "Too many files are on their way; offer it again later.";

  private final String session;
  private final Consumer<Manifest> completed;
  private final Consumer<Digest> orphaned;
  private final Outbox out;
  private final Map<Digest, Arriving> arriving = new LinkedHashMap<>();

  /** Chunks that somebody is asked for, or that are being kept: for all files that have them. */
  private final Set<Digest> inFlight = new HashSet<>();

  /** Who brought a chunk that is being kept. */
  private final Map<Digest, Keeping> keeping = new HashMap<>();

  private record Keeping(Participant from, FileIntake intake, FileIntake.Asked asked) {}

  /**
   * A desk.
   *
   * @param completed told of each file that is all there from now on
   * @param orphaned told of each file that nobody brings any more who was to: they went or are
   *     silent
   */
  FileDesk(String session, Consumer<Manifest> completed, Consumer<Digest> orphaned, Outbox out) {
    this.session = session;
    this.completed = completed;
    this.orphaned = orphaned;
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
    boolean isNew = file == null || !member.fileIntake.offered.contains(file);
    if (offer.bytes() > Manifest.LARGEST_FILE) {
      fail(member, offer.file(), ErrorCode.TOO_LARGE, "The server takes no file of that size.");
    } else if (isNew && isFull(member.fileIntake, file)) {
      fail(member, offer.file(), ErrorCode.TOO_FAST, MANY);
    } else if (file == null) {
      accept(member, begin(offer.file()));
      out.add(new Effect.FindFile(session, offer.file()));
    } else {
      accept(member, file);
      describe(file);
      ask(member);
    }
  }

  private boolean isFull(FileIntake intake, Arriving file) {
    return intake.isEnded()
        || intake.offered.size() >= Limits.OPEN_FILES
        || (file == null && arriving.size() >= MOST_ARRIVING);
  }

  private Arriving begin(Digest name) {
    Arriving file = new Arriving(name);
    arriving.put(name, file);
    return file;
  }

  private static void accept(Participant member, Arriving file) {
    join(member, file);
    member.fileIntake.offered.add(file);
  }

  private static void join(Participant member, Arriving file) {
    file.offerers.add(member);
    member.fileIntake.files.add(file);
  }

  /** Part of what a file consists of (SPEC FT2). */
  void part(Participant member, Message.ManifestPart part) {
    member.fileIntake.part(part).ifPresent(all -> manifest(member, part.file(), all));
  }

  private void manifest(Participant member, Digest name, byte[] bytes) {
    Arriving file = arriving.get(name);
    if (file == null || file.describing != member) {
      return; // Nobody waits for it any more.
    }
    if (bytes.length == 0) {
      cannotBring(member, file);
    } else {
      out.add(new Effect.CheckManifest(session, name, bytes));
    }
  }

  /** Part of a chunk (SPEC FT3). */
  void part(Participant member, Message.ChunkPart part) {
    FileIntake intake = member.fileIntake;
    intake.part(part).ifPresent(brought -> chunk(member, intake, brought));
  }

  private void chunk(Participant member, FileIntake intake, FileIntake.Brought brought) {
    FileIntake.Asked asked = brought.asked();
    boolean isWanted = arriving.get(asked.file().file) == asked.file();
    if (brought.content().length > 0 && isWanted) {
      keeping.put(asked.chunk(), new Keeping(member, intake, asked));
      out.add(new Effect.KeepChunk(session, asked.chunk(), brought.content()));
      return;
    }
    intake.done(asked);
    if (isWanted) {
      cannotBring(member, asked.file());
    }
    again(List.of(asked.chunk()));
    ask(member);
  }

  /** A member's Publisher is gone: what it was asked for is asked of others. */
  void gone(FileIntake intake, Participant member) {
    if (intake == null) {
      return;
    }
    List<Digest> open = intake.end().stream().map(FileIntake.Asked::chunk).toList();
    for (Arriving file : List.copyOf(intake.files)) {
      if (leave(member, intake, file)) {
        orphaned.accept(file.file);
      }
      describe(file);
    }
    again(open);
  }

  /** Time passes: who was asked and says nothing is asked no more (SPEC FT3). */
  void tick(Collection<Participant> members, long nowNanos) {
    for (Participant member : members) {
      if (member.fileIntake != null && member.fileIntake.tick(nowNanos)) {
        out.log(LogLine.of("files.silent").with("user", member.name).with("session", session));
        gone(member.fileIntake, member);
      }
    }
  }

  /** A member does not have a file as it offered it. */
  private void cannotBring(Participant member, Arriving file) {
    boolean isOffered = member.fileIntake != null && member.fileIntake.offered.contains(file);
    if (leave(member, member.fileIntake, file) && isOffered) {
      orphaned.accept(file.file); // Who was only asked for it (SPEC FT6) brought none.
    }
    fail(member, file.file, ErrorCode.NO_SUCH_FILE, CHANGED);
    describe(file);
    askAll(file);
  }

  /** Whether nobody is left who brings it. */
  private boolean leave(Participant member, FileIntake intake, Arriving file) {
    file.offerers.remove(member);
    if (intake != null) {
      intake.files.remove(file);
      intake.offered.remove(file);
    }
    if (file.describing == member) {
      file.describing = null;
    }
    // What came of it is kept, and not asked for again.
    return file.offerers.isEmpty() && arriving.remove(file.file, file);
  }

  /** What was asked for does not come: it is asked of whoever else has a file that lacks it. */
  private void again(List<Digest> chunks) {
    Set<Arriving> lacking = new LinkedHashSet<>();
    for (Digest chunk : chunks) {
      inFlight.remove(chunk);
      arriving.values().stream().filter(file -> file.again(chunk)).forEach(lacking::add);
    }
    lacking.forEach(this::askAll);
  }

  /** The files that are not all there. */
  Collection<Arriving> arriving() {
    return Collections.unmodifiableCollection(arriving.values());
  }

  // --- what the store says ---

  /**
   * What of a file is there; also after a manifest was checked or kept.
   *
   * @param members who may have it, where somebody waits for it and nobody offers it; else none
   */
  void found(Event.FileFound found, Collection<Participant> members) {
    Arriving file = arriving.get(found.file());
    if (found.isComplete()) {
      finish(found.manifest(), file);
      return;
    }
    if (file == null) {
      file = search(found.file(), members);
    }
    if (found.manifest() == null) {
      describe(file);
    } else {
      file.found(found.manifest(), found.missing());
      keepIfComplete(file);
      askAll(file);
    }
  }

  /** What a member sent as a file's manifest is none, or another one's. */
  void wrongManifest(Digest name) {
    Arriving file = arriving.get(name);
    if (file != null && file.describing != null) {
      cannotBring(file.describing, file);
    }
  }

  /**
   * Somebody waits for a file: whoever is here may have it (SPEC FT6), also if they brought it once
   * and it was thrown away since.
   */
  private Arriving search(Digest name, Collection<Participant> members) {
    Arriving file = new Arriving(name);
    if (arriving.size() < MOST_ARRIVING) {
      for (Participant member : members) {
        FileIntake intake = member.fileIntake;
        boolean may = Rights.may(member.role, member.id, Action.CREATE, null).isAllowed();
        if (intake != null && may && !intake.isEnded()) {
          arriving.put(name, file);
          join(member, file);
        }
      }
    }
    return file;
  }

  private void finish(Manifest manifest, Arriving file) {
    if (file != null) {
      for (Participant member : List.copyOf(file.offerers)) {
        out.send(publisher(member), new Message.FileKept(file.file));
        leave(member, member.fileIntake, file);
      }
    }
    completed.accept(manifest);
  }

  private void keepIfComplete(Arriving file) {
    if (file.isComplete()) {
      out.add(new Effect.KeepManifest(session, file.manifest));
    }
  }

  /** A manifest could not be kept. */
  void refused(Event.FileRefused refused) {
    Arriving file = arriving.get(refused.file());
    if (file != null) {
      giveUp(file, ErrorCode.CACHE_FULL, refused.text());
    }
  }

  /** A chunk is kept, or could not be. */
  void kept(Event.ChunkKept kept) {
    Keeping brought = keeping.remove(kept.chunk());
    if (brought == null) {
      return;
    }
    brought.intake.done(brought.asked);
    Arriving file = brought.asked.file();
    if (kept.outcome() == Event.Outcome.KEPT) {
      here(kept.chunk(), kept.length());
    } else {
      if (kept.outcome() == Event.Outcome.FAILED) {
        giveUp(file, ErrorCode.CACHE_FULL, kept.text());
      } else if (brought.from.fileIntake == brought.intake) {
        cannotBring(brought.from, file);
      }
      again(List.of(kept.chunk()));
    }
    ask(brought.from);
  }

  private void here(Digest chunk, int length) {
    inFlight.remove(chunk);
    for (Arriving file : List.copyOf(arriving.values())) {
      Integer said = file.missing(chunk);
      if (said != null && said != length) {
        giveUp(file, ErrorCode.NO_SUCH_FILE, "No file consists of what its list says.");
      } else if (said != null) {
        file.here(chunk);
        keepIfComplete(file);
      }
    }
  }

  /** It cannot be kept: whoever offers it is told, and may offer it again later. */
  private void giveUp(Arriving file, ErrorCode code, String text) {
    if (code == ErrorCode.CACHE_FULL) {
      out.warn(LogLine.of("files.unkept").with("session", session).with("text", text));
    }
    for (Participant member : List.copyOf(file.offerers)) {
      fail(member, file.file, code, text);
      leave(member, member.fileIntake, file);
    }
  }

  // --- asking ---

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
    if (file.manifest != null) {
      List.copyOf(file.offerers).forEach(this::ask);
    }
  }

  /** Asks a member for as much as may be on its way, of each of its files in turn. */
  private void ask(Participant member) {
    FileIntake intake = member.fileIntake;
    if (intake == null || !intake.hasRoom(1)) {
      return;
    }
    List<Digest> wanted = new ArrayList<>();
    boolean more = true;
    while (more) {
      more = false;
      for (Arriving file : List.copyOf(intake.files)) {
        more |= ask(file, intake, wanted);
      }
    }
    if (!wanted.isEmpty()) {
      out.send(intake.link(), new Message.ChunkAsk(wanted));
    }
  }

  /** Asks for the next chunk of a file, if it has one and there is room; it is last then. */
  private boolean ask(Arriving file, FileIntake intake, List<Digest> wanted) {
    for (Digest chunk = file.next(); chunk != null; chunk = file.next()) {
      int length = file.missing(chunk);
      if (!intake.hasRoom(length)) {
        file.again(chunk);
        return false;
      }
      if (inFlight.add(chunk)) {
        intake.ask(new FileIntake.Asked(file, chunk, length));
        wanted.add(chunk);
        intake.files.remove(file);
        intake.files.add(file);
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
