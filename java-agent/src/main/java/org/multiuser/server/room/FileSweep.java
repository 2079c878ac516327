package org.multiuser.server.room;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;
import org.multiuser.protocol.model.SessionState;

/** Has a session's files thrown away that it does not need any more (SPEC FT8), now and then. */
final class FileSweep {
  private final String session;
  private final Ledger ledger;
  private final Lifecycle lifecycle;
  private final Roster roster;
  private final FileDesk desk;
  private final Outbox out;
  private final long everyNanos;
  private long dueNanos;

  FileSweep(
      String session,
      Ledger ledger,
      Lifecycle lifecycle,
      Roster roster,
      FileDesk desk,
      Outbox out,
      long everyMillis) {
    this.session = session;
    this.ledger = ledger;
    this.lifecycle = lifecycle;
    this.roster = roster;
    this.desk = desk;
    this.out = out;
    everyNanos = everyMillis * 1_000_000;
  }

  /** The session is open from now on; {@code isNew} if nothing was kept of it. */
  void begin(boolean isNew, long nowNanos) {
    dueNanos = isNew ? nowNanos + everyNanos : nowNanos;
  }

  /**
   * Time passes. The nodes, which never change, are looked through by whoever keeps the files: that
   * takes longer than members are to wait.
   */
  void tick(long nowNanos) {
    if (nowNanos - dueNanos < 0) {
      return;
    }
    dueNanos = nowNanos + everyNanos;
    if (lifecycle.state() == SessionState.INITIALISING) {
      return; // What it needs is on its way.
    }
    Set<Digest> files = new HashSet<>();
    List<Manifest> arriving = new ArrayList<>();
    for (Arriving file : desk.arriving()) {
      files.add(file.file);
      if (file.manifest != null) {
        arriving.add(file.manifest);
      }
    }
    for (Participant member : roster.all()) {
      if (member.fileFeed != null) {
        files.addAll(member.fileFeed.awaited());
      }
    }
    out.add(new Effect.CollectFiles(session, List.copyOf(ledger.nodes()), files, arriving));
  }
}
