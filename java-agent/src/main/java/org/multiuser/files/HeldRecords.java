package org.multiuser.files;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.multiuser.protocol.codec.BulkCodec;
import org.multiuser.protocol.codec.CommitCodec;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.delta.Applier;
import org.multiuser.protocol.delta.BufferDiff;
import org.multiuser.protocol.delta.TreeDiff;
import org.multiuser.protocol.model.Node;
import org.multiuser.repository.Held;

/**
 * The records of the journal of what Blender holds, and what they add up to. Not thread-safe; no
 * I/O.
 *
 * <p>A record is length (4 bytes), CRC-32C of what follows (4), its kind (1), a node (16), and for
 * HELD and COMING a structure token (8) and an encoded commit (none if the token alone changed):
 * the steps from what was held before. What is equal costs nothing, so the journal grows with the
 * edits.
 */
final class HeldRecords {
  static final int HEAD_BYTES = 8;
  private static final UUID NOBODY = new UUID(0, 0);
  private static final int NODE_BYTES = 1 + 2 * Long.BYTES;
  private static final int STEPS_AT = NODE_BYTES + Long.BYTES;

  private static final String FORM = "held 1";
  private static final byte FIRST = 0;
  private static final byte HELD = 1;
  private static final byte COMING = 2;
  private static final byte CAME = 3;
  private static final byte GONE = 4;
  private static final byte NOT_COMING = 5;

  private final CommitCodec codec;
  private final Map<UUID, Held> known = new HashMap<>();

  HeldRecords(BulkCodec bulk) {
    codec = new CommitCodec(bulk);
  }

  /** Begins anew, with the same codec. */
  HeldRecords(HeldRecords other) {
    codec = other.codec;
  }

  /** What the records so far add up to; live. */
  Map<UUID, Held> known() {
    return known;
  }

  /** The first record: which form the others have. */
  static byte[] form() {
    ByteBuffer record = ByteBuffer.allocate(HEAD_BYTES + 1 + FORM.length());
    record.position(HEAD_BYTES);
    return sealed(record.put(FIRST).put(FORM.getBytes(StandardCharsets.US_ASCII)).array());
  }

  // --- writing ---

  /**
   * The records that lead to this knowledge of a node.
   *
   * @throws ProtocolException if it is beyond a limit; nothing is known of the node then
   */
  List<byte[]> to(UUID id, Held now) {
    List<byte[]> records = new ArrayList<>();
    Held was = known.getOrDefault(id, Held.NOTHING);
    known.remove(id);
    if (now.isNothing()) {
      if (!was.isNothing()) {
        records.add(plain(GONE, id));
      }
      return records;
    }
    if (!same(was.held(), now.held())) {
      if (was.coming() != null && same(was.coming(), now.held())) {
        records.add(plain(CAME, id));
      } else if (now.held() == null) {
        records.add(plain(GONE, id));
      } else {
        records.add(steps(HELD, was.held(), now.held()));
      }
      was = new Held(now.held(), null);
    }
    if (now.coming() == null && was.coming() != null) {
      records.add(plain(NOT_COMING, id));
    } else if (now.coming() != null && !same(was.coming(), now.coming())) {
      records.add(steps(COMING, now.held(), now.coming()));
    }
    known.put(id, now);
    return records;
  }

  private byte[] steps(byte kind, Node was, Node now) {
    List<Operation> steps = difference(was, now);
    byte[] encoded =
        steps.isEmpty() ? new byte[0] : codec.encode(new Commit(NOBODY, 0, now.id(), 0, 0, steps));
    ByteBuffer record = ByteBuffer.allocate(HEAD_BYTES + STEPS_AT + encoded.length);
    record.position(HEAD_BYTES).put(kind);
    record.putLong(now.id().getMostSignificantBits()).putLong(now.id().getLeastSignificantBits());
    return sealed(record.putLong(now.structure()).put(encoded).array());
  }

  private static List<Operation> difference(Node was, Node now) {
    List<Operation> steps = new ArrayList<>();
    if (was == null || !was.type().equals(now.type())) {
      steps.add(new Operation.Create(now.type(), now.properties()));
      now.buffers().forEach((name, buffer) -> steps.add(new Operation.ReplaceBuffer(name, buffer)));
    } else {
      steps.addAll(TreeDiff.between(was.properties(), now.properties()));
      steps.addAll(BufferDiff.between(was, now));
    }
    return steps;
  }

  /** Nothing is known of a node. */
  static byte[] gone(UUID id) {
    return plain(GONE, id);
  }

  private static byte[] plain(byte kind, UUID id) {
    ByteBuffer record = ByteBuffer.allocate(HEAD_BYTES + NODE_BYTES);
    record.position(HEAD_BYTES).put(kind);
    return sealed(
        record.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()).array());
  }

  private static byte[] sealed(byte[] bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes, HEAD_BYTES, bytes.length - HEAD_BYTES);
    ByteBuffer.wrap(bytes).putInt(bytes.length - HEAD_BYTES).putInt((int) sum.getValue());
    return bytes;
  }

  private static boolean same(Node one, Node other) {
    return one != null
        && other != null
        && one.structure() == other.structure()
        && one.type().equals(other.type())
        && one.properties().equals(other.properties())
        && one.buffers().equals(other.buffers());
  }

  // --- reading ---

  /** Whether a record's payload fits its sum. */
  static boolean isWhole(byte[] payload, int sum) {
    CRC32C check = new CRC32C();
    check.update(payload, 0, payload.length);
    return (int) check.getValue() == sum;
  }

  /** Whether a payload is the first record of a journal of this form. */
  static boolean isForm(byte[] payload) {
    byte[] wanted = form();
    return Arrays.equals(wanted, HEAD_BYTES, wanted.length, payload, 0, payload.length);
  }

  /**
   * Takes the payload of the next record.
   *
   * @throws ProtocolException if it cannot be decoded
   * @throws IllegalArgumentException if it does not fit those before
   */
  void read(byte[] payload) {
    if (payload.length < NODE_BYTES) {
      throw new IllegalArgumentException("a record of the journal is too short");
    }
    ByteBuffer in = ByteBuffer.wrap(payload);
    byte kind = in.get();
    UUID id = new UUID(in.getLong(), in.getLong());
    Held was = known.getOrDefault(id, Held.NOTHING);
    Held now =
        switch (kind) {
          case HELD -> new Held(applied(id, was.held(), payload), null);
          case COMING -> new Held(was.held(), applied(id, was.held(), payload));
          case CAME -> new Held(was.coming(), null);
          case GONE -> Held.NOTHING;
          case NOT_COMING -> new Held(was.held(), null);
          default ->
              throw new IllegalArgumentException("unknown record " + kind + " in the journal");
        };
    if (now.isNothing()) {
      known.remove(id);
    } else {
      known.put(id, now);
    }
  }

  private Node applied(UUID id, Node was, byte[] payload) {
    if (payload.length < STEPS_AT) {
      throw new IllegalArgumentException("a record of the journal is too short");
    }
    long structure = ByteBuffer.wrap(payload).getLong(NODE_BYTES);
    Node now = was;
    if (payload.length > STEPS_AT) {
      Commit commit = codec.decode(Arrays.copyOfRange(payload, STEPS_AT, payload.length));
      boolean anew = commit.operations().get(0) instanceof Operation.Create;
      now = Applier.apply(anew ? null : was, commit, 0);
    }
    if (now == null) {
      throw new IllegalArgumentException(
          "a record of the journal changes " + id + ", which is not held");
    }
    return new Node(
        id, now.type(), now.owner(), now.revision(), structure, now.properties(), now.buffers());
  }
}
