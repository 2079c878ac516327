package org.multiuser.protocol.codec;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.model.Path;

/** The bytes of commits (SPEC CM2, CM5). Stateless; safe for several threads. */
public final class CommitCodec {
  private static final int CREATE = 0;
  private static final int DELETE = 1;
  private static final int SET = 2;
  private static final int REMOVE = 3;
  private static final int ORDER = 4;
  private static final int REPLACE_BUFFER = 5;
  private static final int PATCH_BUFFER = 6;
  private static final int REMOVE_BUFFER = 7;

  /** The elements of each step's array, by its number. */
  private static final int[] SIZES = {3, 1, 3, 2, 3, 3, 3, 2};

  private final BulkCodec bulk;

  /** A codec that packs buffers with this one. */
  public CommitCodec(BulkCodec bulk) {
    this.bulk = bulk;
  }

  /**
   * The bytes of a commit.
   *
   * @throws ProtocolException if it breaks a limit of SPEC VA5 or LM3
   */
  public byte[] encode(Commit commit) {
    if (commit.operations().size() > Limits.STEPS) {
      throw ProtocolException.tooLarge("a commit has more than " + Limits.STEPS + " steps");
    }
    return MsgWriter.write(out -> write(out, commit));
  }

  /**
   * The commit of these bytes.
   *
   * @throws ProtocolException if they are not one, or one without steps (SPEC CM10)
   */
  public Commit decode(byte[] bytes) {
    return MsgReader.read(bytes, this::read);
  }

  private void write(MsgWriter out, Commit commit) throws IOException {
    out.array(6).uuid(commit.author()).integer(commit.counter()).uuid(commit.node());
    out.integer(commit.structure()).integer(commit.newStructure());
    out.array(commit.operations().size());
    for (Operation step : commit.operations()) {
      writeStep(out, step);
    }
  }

  private void writeStep(MsgWriter out, Operation step) throws IOException {
    if (step instanceof Operation.Create create) {
      ValueCodec.writeKey(begin(out, CREATE), create.type());
      ValueCodec.write(out, create.properties());
    } else if (step instanceof Operation.Delete) {
      begin(out, DELETE);
    } else if (step instanceof Operation.Set set) {
      ValueCodec.writePath(begin(out, SET), set.path());
      ValueCodec.write(out, set.value(), set.path().keys().size());
    } else if (step instanceof Operation.Remove remove) {
      ValueCodec.writePath(begin(out, REMOVE), remove.path());
    } else if (step instanceof Operation.Order order) {
      ValueCodec.writePath(begin(out, ORDER), order.path());
      ValueCodec.writeKeys(out, order.keys());
    } else if (step instanceof Operation.ReplaceBuffer replace) {
      ValueCodec.writeKey(begin(out, REPLACE_BUFFER), replace.name());
      bulk.write(out, replace.buffer());
    } else if (step instanceof Operation.PatchBuffer patch) {
      ValueCodec.writeKey(begin(out, PATCH_BUFFER), patch.name());
      bulk.write(out, patch.patch());
    } else if (step instanceof Operation.RemoveBuffer remove) {
      ValueCodec.writeKey(begin(out, REMOVE_BUFFER), remove.name());
    }
  }

  private static MsgWriter begin(MsgWriter out, int number) throws IOException {
    return out.array(SIZES[number]).integer(number);
  }

  private Commit read(MsgReader in) throws IOException {
    in.array(6);
    UUID author = in.uuid();
    long counter = in.count();
    UUID node = in.uuid();
    long structure = in.integer();
    long newStructure = in.integer();
    int size = in.array();
    if (size == 0) {
      throw ProtocolException.bad("a commit has no steps");
    }
    if (size > Limits.STEPS) {
      throw ProtocolException.tooLarge("a commit has more than " + Limits.STEPS + " steps");
    }
    List<Operation> steps = new ArrayList<>(Math.min(size, 64));
    for (int i = 0; i < size; i++) {
      steps.add(readStep(in));
    }
    return new Commit(author, counter, node, structure, newStructure, steps);
  }

  private Operation readStep(MsgReader in) throws IOException {
    in.countValue();
    int elements = in.array();
    int number = in.below(SIZES.length);
    if (elements != SIZES[number]) {
      throw ProtocolException.bad("step " + number + " has " + elements + " elements");
    }
    return switch (number) {
      case CREATE -> new Operation.Create(in.key(), ValueCodec.readFields(in));
      case DELETE -> new Operation.Delete();
      case SET -> readSet(in);
      case REMOVE -> new Operation.Remove(ValueCodec.readPath(in));
      case ORDER -> new Operation.Order(ValueCodec.readPath(in), ValueCodec.readKeys(in));
      case REPLACE_BUFFER -> new Operation.ReplaceBuffer(in.key(), bulk.readBuffer(in));
      case PATCH_BUFFER -> new Operation.PatchBuffer(in.key(), bulk.readPatch(in));
      case REMOVE_BUFFER -> new Operation.RemoveBuffer(in.key());
      default -> throw ProtocolException.bad("unknown step " + number);
    };
  }

  /** The value counts the containers of its path, so that applying cannot nest deeper (VA5). */
  private static Operation readSet(MsgReader in) throws IOException {
    Path path = ValueCodec.readPath(in);
    return new Operation.Set(path, ValueCodec.read(in, path.keys().size()));
  }
}
