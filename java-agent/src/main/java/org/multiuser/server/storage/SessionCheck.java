package org.multiuser.server.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.SessionState;
import org.multiuser.server.room.Codecs;
import org.multiuser.server.room.StoreChange;
import org.multiuser.server.room.StoreException;

/**
 * Verifies one session's file, and makes a good one of what a damaged one still holds (SPEC DU8,
 * DU10). To be used while no server has the folder. Nothing is deleted.
 */
public final class SessionCheck {
  private static final long NUMBERS_SKIPPED = 1_000_000;
  private static final int NODES_A_BATCH = 256;

  private final Path file;
  private final Codecs codecs;
  private final Salvage salvage;

  /** Reads the file through. */
  public SessionCheck(Path file, Codecs codecs) {
    this.file = file;
    this.codecs = codecs;
    salvage = Salvage.of(file, codecs);
  }

  /** What is wrong, one sentence each; empty if all is well. */
  public List<String> damage() {
    return salvage.damage();
  }

  /** How many datablocks there are, or can be had. */
  public int nodes() {
    return salvage.nodes().size();
  }

  /** How many lines of the log are good. */
  public long lines() {
    return salvage.log().lines();
  }

  /** The numbers of the good lines, such as "1 to 90", or "-". */
  public String numbers() {
    LogCheck log = salvage.log();
    return log.lines() == 0 ? "-" : log.first() + " to " + log.last();
  }

  /** The first number whose edit is lost, or 0 if none is known to be. */
  public long lostFrom() {
    return salvage.log().lostFrom();
  }

  /** How many edits are known to be lost. */
  public long lost() {
    return salvage.log().lost();
  }

  /** Whether enough is left to make a session of. */
  public boolean isRepairable() {
    return salvage.isEmpty() || salvage.facts().header() != null || nodes() > 0;
  }

  /**
   * Puts a new file with what can be had in the damaged one's place.
   *
   * @return where the damaged one is kept now
   * @throws StoreException if the new one cannot be written; the damaged one is in its place then
   */
  public Path repair() throws StoreException {
    Path fresh = beside("repairing");
    Path aside = beside("damaged");
    try {
      write(fresh);
      Files.move(file, aside);
      for (String tail : List.of("-wal", "-journal")) {
        Path more = file.resolveSibling(file.getFileName() + tail);
        if (Files.exists(more)) {
          Files.move(more, aside.resolveSibling(aside.getFileName() + tail));
        }
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | SQLException e) {
      throw new StoreException("cannot repair " + file + ": " + e.getMessage(), e);
    }
    return aside;
  }

  /** The first free name of this kind beside the file. */
  private Path beside(String kind) {
    Path free = file.resolveSibling(file.getFileName() + "." + kind);
    for (int i = 2; Files.exists(free); i++) {
      free = file.resolveSibling(file.getFileName() + "." + kind + "-" + i);
    }
    return free;
  }

  private void write(Path fresh) throws StoreException, SQLException {
    try (SqliteStore store = new SqliteStore(fresh, codecs.nodes(), Durability.FULL)) {
      store.load();
      if (salvage.isEmpty()) {
        return;
      }
      store.save(facts());
      List<StoreChange> batch = new ArrayList<>();
      for (Node node : salvage.nodes().values()) {
        batch.add(new StoreChange.PutNode(node));
        if (batch.size() == NODES_A_BATCH) {
          store.save(batch);
          batch.clear();
        }
      }
      batch.add(new StoreChange.Checkpoint(salvage.highest() + NUMBERS_SKIPPED));
      store.save(batch);
    }
    writeSettled(fresh);
  }

  private List<StoreChange> facts() {
    KeptFacts kept = salvage.facts();
    List<StoreChange> changes = new ArrayList<>();
    StoreChange.Header header = kept.header();
    if (header == null) {
      header = new StoreChange.Header(UUID.randomUUID(), SessionState.ACTIVE, "", null);
    }
    changes.add(new StoreChange.SaveHeader(header));
    kept.members().forEach(member -> changes.add(new StoreChange.SaveMember(member)));
    kept.identities().forEach((id, proof) -> changes.add(new StoreChange.KeepIdentity(id, proof)));
    changes.addAll(kept.bans());
    kept.roles().forEach((name, role) -> changes.add(new StoreChange.KeepRole(name, role)));
    return changes;
  }

  /** What was settled stays so, or a commit would be applied twice (SPEC CM4). */
  private void writeSettled(Path fresh) throws SQLException {
    Map<UUID, Long> settled = new HashMap<>(salvage.facts().settled());
    salvage.log().settled().forEach((id, counter) -> settled.merge(id, counter, Math::max));
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + fresh);
        PreparedStatement put =
            connection.prepareStatement("INSERT OR REPLACE INTO settled VALUES(?, ?)")) {
      connection.setAutoCommit(false);
      for (Map.Entry<UUID, Long> entry : settled.entrySet()) {
        put.setBytes(1, Ids.bytes(entry.getKey()));
        put.setLong(2, entry.getValue());
        put.addBatch();
      }
      put.executeBatch();
      connection.commit();
    }
  }
}
