package org.multiuser.server.room;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.multiuser.protocol.codec.ContentHash;
import org.multiuser.protocol.delta.FileRefs;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;
import org.multiuser.protocol.model.Node;

/** What the server's core wants done. Effects are carried out in their order. */
public sealed interface Effect {
  /** Send this to a peer. */
  record Send(Link link, Packet packet) implements Effect {}

  /** End a link, once what was sent over it is out. */
  record Close(Link link) implements Effect {}

  /** Hear nothing of a peer on this link for so long: it is too fast (SPEC LM6). */
  record Slow(Link link, long nanos) implements Effect {}

  /** Compare a password with its hash, and answer with PasswordChecked; one at a time. */
  record CheckPassword(Link link, Passwords.Kind kind, String password) implements Effect {}

  /** Open the store of a session and answer with Loaded or LoadFailed. */
  record Load(String session) implements Effect {}

  /** Keep these and answer with Saved or StoreFailed; one at a time for each session. */
  record Save(String session, List<StoreChange> changes) implements Effect {
    public Save {
      changes = List.copyOf(changes);
    }
  }

  /** Read the log for a subscriber and answer with EntriesRead or StoreFailed. */
  record Read(String session, UUID incarnation, Link subscriber, long from, long maxBytes)
      implements Effect {}

  /** Work out the hashes of these nodes and answer with Compared (SPEC VR1). */
  record Compare(String session, UUID member, long request, List<Claim> claims) implements Effect {
    public Compare {
      claims = List.copyOf(claims);
    }

    /** Works the hashes out; pure, and as slow as the nodes are large. */
    public Event.Compared result() {
      List<UUID> differing = new ArrayList<>();
      for (Claim claim : claims) {
        if (!Arrays.equals(ContentHash.of(claim.node()), claim.hash())) {
          differing.add(claim.node().id());
        }
      }
      return new Event.Compared(session, member, request, claims.size(), List.copyOf(differing));
    }
  }

  /** What a member says a node's content hash is. */
  record Claim(Node node, byte[] hash) {}

  /** Something about a session's files. */
  sealed interface OfFile extends Effect {}

  /** Look up what of a file a session has, and answer with FileFound. */
  record FindFile(String session, Digest file) implements OfFile {}

  /** Look through what a member sent as a file's manifest: FileFound, or ManifestWrong. */
  record CheckManifest(String session, Digest file, byte[] bytes) implements OfFile {}

  /** Keep what a file consists of that is all there, and answer with FileFound or FileRefused. */
  record KeepManifest(String session, Manifest manifest) implements OfFile {}

  /** Keep a chunk if it is what its name says, and answer with ChunkKept. */
  record KeepChunk(String session, Digest chunk, byte[] content) implements OfFile {}

  /** Read a chunk for a subscriber and answer with ChunkRead. */
  record ReadChunk(String session, Link subscriber, Digest chunk) implements OfFile {}

  /**
   * Throw away what a session does not need and nobody used for a while (SPEC FT8).
   *
   * @param nodes its nodes, whose properties name files
   * @param files what else is needed, by name
   * @param arriving files that are not all there, as far as it is known what they consist of
   */
  record CollectFiles(String session, List<Node> nodes, Set<Digest> files, List<Manifest> arriving)
      implements OfFile {
    public CollectFiles {
      nodes = List.copyOf(nodes);
      files = Set.copyOf(files);
      arriving = List.copyOf(arriving);
    }

    /** The files that are needed; pure, and as slow as the nodes are many. */
    public Set<Digest> needed() {
      Set<Digest> needed = new HashSet<>(files);
      nodes.forEach(node -> needed.addAll(FileRefs.of(node.properties())));
      return needed;
    }
  }

  /** Close the store of a session; nothing more is kept in it. */
  record CloseStore(String session) implements Effect {}

  /** What came of an {@link Event.Asked}. */
  record Answered(long request, Answer answer) implements Effect {}

  /** An error of the server's own for whoever runs it: what it was over, and where it arose. */
  record Fault(String line, RuntimeException cause) implements Effect {}

  /** A line for whoever runs the server; never holds a password, token or secret. */
  record Log(boolean warning, String line) implements Effect {}
}
