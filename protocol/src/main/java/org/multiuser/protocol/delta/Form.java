package org.multiuser.protocol.delta;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.model.Node;

/**
 * Whether a commit fits the node as it is now (SPEC CM6, CM8, CM10, LM2, LM3). Who may make it is
 * the matter of {@code rights}. Pure.
 */
public final class Form {
  /** The most steps in one commit (SPEC LM3). */
  public static final int MAX_STEPS = 1_000_000;

  /** The most bytes that the buffers of one node have together (SPEC LM2). */
  public static final long MAX_BUFFER_BYTES = 1L << 30;

  private Form() {}

  /**
   * Checks a commit before it gets its number.
   *
   * @param current the node that it changes, or null where it does not exist
   * @return why it must be refused, or empty if it may be applied
   */
  public static Optional<ErrorCode> check(Node current, Commit commit) {
    List<Operation> steps = commit.operations();
    if (steps.isEmpty() || !wellPlaced(steps)) {
      return Optional.of(ErrorCode.BAD_MESSAGE);
    }
    if (steps.size() > MAX_STEPS) {
      return Optional.of(ErrorCode.TOO_LARGE);
    }
    boolean grows = steps.stream().anyMatch(step -> step instanceof Operation.ReplaceBuffer);
    Node kept = commit.newStructure() == 0 ? current : null;
    if (grows && bufferBytesAfter(kept, steps) > MAX_BUFFER_BYTES) {
      return Optional.of(ErrorCode.TOO_LARGE);
    }
    boolean creates = steps.get(0) instanceof Operation.Create;
    if (creates && current != null) {
      return Optional.of(ErrorCode.NODE_EXISTS);
    }
    if (!creates && current == null) {
      return Optional.of(ErrorCode.NO_SUCH_NODE);
    }
    long structure = current == null ? 0 : current.structure();
    if (assumesStructure(commit) && commit.structure() != structure) {
      return Optional.of(ErrorCode.STALE_STRUCTURE);
    }
    return Optional.empty();
  }

  /** Whether the commit says anything about rows, so that it must name the topology (SPEC CM8). */
  public static boolean assumesStructure(Commit commit) {
    return commit.newStructure() != 0 || commit.operations().stream().anyMatch(Form::onBuffer);
  }

  private static boolean onBuffer(Operation step) {
    return step instanceof Operation.ReplaceBuffer
        || step instanceof Operation.PatchBuffer
        || step instanceof Operation.RemoveBuffer;
  }

  /** The size of what the commit leaves of the buffers of {@code current}, and brings. */
  private static long bufferBytesAfter(Node current, List<Operation> steps) {
    Map<String, Integer> sizes = new HashMap<>();
    if (current != null) {
      current.buffers().forEach((name, buffer) -> sizes.put(name, buffer.bytes().length));
    }
    for (Operation step : steps) {
      if (step instanceof Operation.ReplaceBuffer replace) {
        sizes.put(replace.name(), replace.buffer().bytes().length);
      } else if (step instanceof Operation.RemoveBuffer remove) {
        sizes.remove(remove.name());
      }
    }
    return sizes.values().stream().mapToLong(Integer::longValue).sum();
  }

  private static boolean wellPlaced(List<Operation> steps) {
    for (int i = 0; i < steps.size(); i++) {
      Operation step = steps.get(i);
      if ((step instanceof Operation.Create && i > 0)
          || (step instanceof Operation.Delete && steps.size() > 1)) {
        return false;
      }
    }
    return true;
  }
}
