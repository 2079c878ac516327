package org.multiuser.server.storage;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Role;
import org.multiuser.server.room.RoomStore;
import org.multiuser.server.room.StoreChange;

/** Keeps a session in memory, for tests. It can be loaded again after a close. */
public final class MemoryStore implements RoomStore {
  private final TreeMap<Long, StoreChange.Entry> log = new TreeMap<>();
  private final Map<UUID, Node> nodes = new LinkedHashMap<>();
  private final Map<UUID, StoreChange.Member> members = new LinkedHashMap<>();
  private final Map<UUID, Long> settled = new HashMap<>();
  private final Map<UUID, byte[]> identities = new HashMap<>();
  private final List<StoreChange.Ban> bans = new ArrayList<>();
  private final Map<String, Role> roles = new HashMap<>();
  private StoreChange.Header header;
  private long checkpoint;
  private long previousCheckpoint;

  @Override
  public synchronized Stored load() {
    return new Stored(
        header,
        List.copyOf(members.values()),
        Map.copyOf(settled),
        Map.copyOf(identities),
        List.copyOf(bans),
        Map.copyOf(roles),
        checkpoint,
        List.copyOf(nodes.values()),
        List.copyOf(log.tailMap(checkpoint, false).values()));
  }

  @Override
  public synchronized void save(List<StoreChange> changes) {
    changes.forEach(this::save);
  }

  private void save(StoreChange change) {
    if (change instanceof StoreChange.Append append) {
      StoreChange.Entry entry = append.entry();
      log.put(entry.sequence(), entry);
      if (entry.counter() > 0) {
        settled.merge(entry.author(), entry.counter(), Math::max);
      }
    } else if (change instanceof StoreChange.SaveHeader save) {
      header = save.header();
    } else if (change instanceof StoreChange.SaveMember save) {
      members.put(save.member().id(), save.member());
    } else if (change instanceof StoreChange.ForgetMember forget) {
      members.remove(forget.id());
    } else if (change instanceof StoreChange.KeepIdentity kept) {
      identities.put(kept.id(), kept.proof());
    } else if (change instanceof StoreChange.Ban ban) {
      bans.add(ban);
    } else if (change instanceof StoreChange.Unban unban) {
      bans.removeIf(ban -> ban.name().equals(unban.name()));
    } else if (change instanceof StoreChange.KeepRole kept) {
      roles.put(kept.name(), kept.role());
    } else if (change instanceof StoreChange.Restart) {
      log.clear();
      nodes.clear();
      checkpoint = 0;
      previousCheckpoint = 0;
    } else if (change instanceof StoreChange.PutNode put) {
      nodes.put(put.node().id(), put.node());
    } else if (change instanceof StoreChange.DropNode drop) {
      nodes.remove(drop.id());
    } else if (change instanceof StoreChange.Checkpoint reached) {
      previousCheckpoint = checkpoint;
      checkpoint = reached.sequence();
    } else if (change instanceof StoreChange.Trim trim) {
      trim(trim);
    }
  }

  private void trim(StoreChange.Trim trim) {
    int entries = 0;
    long bytes = 0;
    while (!log.isEmpty()
        && log.firstKey() <= previousCheckpoint
        && entries < trim.maxEntries()
        && bytes < trim.maxBytes()) {
      bytes += log.pollFirstEntry().getValue().bytes().length;
      entries++;
    }
  }

  @Override
  public synchronized List<StoreChange.Entry> read(long from, long maxBytes) {
    List<StoreChange.Entry> found = new ArrayList<>();
    if (!log.containsKey(from)) {
      return found;
    }
    long bytes = 0;
    for (StoreChange.Entry entry : log.tailMap(from, true).values()) {
      if (bytes >= maxBytes && !found.isEmpty()) {
        break;
      }
      found.add(entry);
      bytes += entry.bytes().length;
    }
    return found;
  }

  @Override
  public void close() {}
}
