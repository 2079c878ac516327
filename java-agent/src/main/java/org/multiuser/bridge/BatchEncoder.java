package org.multiuser.bridge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.multiuser.protocol.codec.MsgWriter;
import org.multiuser.protocol.codec.ValueCodec;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.repository.Change;

/**
 * Lays a batch of changes out for a segment (bridge.md, "Change"): first the arrays, each aligned,
 * then the msgpack array that refers to them. Any thread.
 */
final class BatchEncoder {
  private static final int ALIGNMENT = 64;

  private final List<Change> changes;
  private final byte[] envelope;
  private long arrayBytes;

  /**
   * Encodes everything but the arrays, which are copied by {@link #writeTo}.
   *
   * @throws org.multiuser.protocol.codec.ProtocolException if a value breaks a limit
   */
  BatchEncoder(List<Change> changes) {
    this.changes = changes;
    envelope = MsgWriter.write(this::packAll);
  }

  private void packAll(MsgWriter out) throws IOException {
    out.array(changes.size());
    for (Change change : changes) {
      pack(out, change);
    }
  }

  /** The size of the segment that is needed. */
  long bytes() {
    return arrayBytes + envelope.length;
  }

  /** Where the msgpack array begins. */
  long envelopeOffset() {
    return arrayBytes;
  }

  /** The size of the msgpack array. */
  int envelopeBytes() {
    return envelope.length;
  }

  /** Writes everything; the memory has at least {@link #bytes}. Its position is not moved. */
  void writeTo(ByteBuffer memory) {
    long offset = 0;
    for (Change change : changes) {
      for (Buffer buffer : buffers(change).values()) {
        memory.put((int) offset, buffer.bytes());
        offset += aligned(buffer.bytes().length);
      }
    }
    memory.put((int) offset, envelope);
  }

  private static Map<String, Buffer> buffers(Change change) {
    if (change instanceof Change.Whole whole) {
      return whole.buffers();
    }
    return change instanceof Change.Part part ? part.buffers() : Map.of();
  }

  private void pack(MsgWriter out, Change change) throws IOException {
    if (change instanceof Change.Whole whole) {
      out.map(7);
      packHead(out, whole, whole.exists() ? "whole" : "new");
      out.text("properties");
      ValueCodec.write(out, whole.properties());
      packBuffers(out, whole.buffers());
      packOwner(out, whole.owner());
    } else if (change instanceof Change.Part part) {
      out.map(9);
      packHead(out, part, "part");
      packOperations(out, part.operations());
      packBuffers(out, part.buffers());
      out.text("goneBuffers");
      packTexts(out, part.goneBuffers());
      out.text("structure").bool(part.structure());
      packOwner(out, part.owner());
    } else {
      out.map(4);
      packHead(out, change, "delete");
    }
  }

  private static void packHead(MsgWriter out, Change change, String kind) throws IOException {
    out.text("id");
    out.uuid(change.id());
    out.text("type").text(change.type());
    out.text("kind").text(kind);
    out.text("author");
    out.uuid(change.author());
  }

  private static void packOwner(MsgWriter out, UUID owner) throws IOException {
    out.text("owner");
    out.uuid(owner);
  }

  private static void packOperations(MsgWriter out, List<Operation> operations) throws IOException {
    out.text("ops").array(operations.size());
    for (Operation operation : operations) {
      if (operation instanceof Operation.Set set) {
        out.array(3).text("set");
        ValueCodec.writePath(out, set.path());
        ValueCodec.write(out, set.value());
      } else if (operation instanceof Operation.Remove remove) {
        out.array(2).text("remove");
        ValueCodec.writePath(out, remove.path());
      } else if (operation instanceof Operation.Order order) {
        out.array(3).text("order");
        ValueCodec.writePath(out, order.path());
        packTexts(out, order.keys());
      } else {
        throw new IllegalStateException("a part cannot hold " + operation);
      }
    }
  }

  private static void packTexts(MsgWriter out, Collection<String> texts) throws IOException {
    out.array(texts.size());
    for (String text : texts) {
      out.text(text);
    }
  }

  private void packBuffers(MsgWriter out, Map<String, Buffer> buffers) throws IOException {
    out.text("buffers").map(buffers.size());
    for (Map.Entry<String, Buffer> entry : buffers.entrySet()) {
      Buffer buffer = entry.getValue();
      out.text(entry.getKey()).array(4).text(buffer.type().code());
      out.integer(buffer.rows()).integer(buffer.columns()).integer(arrayBytes);
      arrayBytes += aligned(buffer.bytes().length);
    }
  }

  private static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}
