package org.multiuser.bridge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.multiuser.protocol.codec.MsgReader;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.codec.ValueCodec;
import org.multiuser.protocol.model.DataType;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;
import org.multiuser.repository.Capture;

/**
 * Reads Blender's captures (bridge.md, "Capture"). The envelope is copied out of shared memory
 * before it is looked at; the arrays stay there as read-only views. Any thread.
 */
final class CaptureDecoder {
  private static final int MAX_CAPTURES = 100_000;

  private final SegmentPool segments;

  CaptureDecoder(SegmentPool segments) {
    this.segments = segments;
  }

  /**
   * The captures that these bytes are.
   *
   * @throws IllegalArgumentException if they are none, or refer to memory that is not there
   */
  List<Capture> decode(ByteBuffer envelope) {
    byte[] bytes = new byte[envelope.remaining()];
    envelope.get(bytes);
    try {
      return MsgReader.read(bytes, this::captures);
    } catch (ProtocolException e) {
      throw new IllegalArgumentException("The capture is malformed: " + e.getMessage(), e);
    }
  }

  private List<Capture> captures(MsgReader in) throws IOException {
    int count = in.array();
    check(count <= MAX_CAPTURES, "there are more than " + MAX_CAPTURES + " captures");
    List<Capture> captures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      captures.add(capture(in));
    }
    return captures;
  }

  private Capture capture(MsgReader in) throws IOException {
    Draft draft = new Draft();
    Set<String> seen = new HashSet<>();
    int count = in.map();
    for (int i = 0; i < count; i++) {
      String key = in.key();
      check(seen.add(key), "the field " + key + " comes twice");
      field(draft, key, in);
    }
    return draft.finish();
  }

  private void field(Draft draft, String key, MsgReader in) throws IOException {
    switch (key) {
      case "id" -> draft.id = in.uuid();
      case "type" -> draft.type = in.key();
      case "kind" -> draft.kind = kind(in.key());
      case "properties" -> draft.properties = in.nil() ? null : ValueCodec.readFields(in);
      case "paths" -> paths(in, draft.paths);
      case "removed" -> pathList(in, draft.removed);
      case "buffers" -> buffers(in, draft.buffers);
      case "allBuffers" -> draft.allBuffers = in.bool();
      case "structure" -> draft.structure = in.bool();
      case "topology" -> draft.topology.addAll(texts(in));
      case "kept" -> pathList(in, draft.kept);
      case "rewound" -> draft.rewound = in.bool();
      default -> throw malformed("there is no field " + key);
    }
  }

  private static Capture.Kind kind(String name) {
    for (Capture.Kind kind : Capture.Kind.values()) {
      if (kind.name().toLowerCase(Locale.ROOT).equals(name)) {
        return kind;
      }
    }
    throw malformed("there is no kind " + name);
  }

  private static void paths(MsgReader in, List<Capture.PathValue> into) throws IOException {
    int count = in.array();
    for (int i = 0; i < count; i++) {
      in.array(2);
      Path path = ValueCodec.readPath(in);
      into.add(new Capture.PathValue(path, ValueCodec.read(in)));
    }
  }

  private static void pathList(MsgReader in, List<Path> into) throws IOException {
    int count = in.array();
    for (int i = 0; i < count; i++) {
      into.add(ValueCodec.readPath(in));
    }
  }

  private static List<String> texts(MsgReader in) throws IOException {
    int count = in.array();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(in.key());
    }
    return texts;
  }

  private void buffers(MsgReader in, Map<String, Capture.Array> into) throws IOException {
    int count = in.map();
    for (int i = 0; i < count; i++) {
      String name = in.key();
      check(into.put(name, array(in)) == null, "the buffer " + name + " comes twice");
    }
  }

  private Capture.Array array(MsgReader in) throws IOException {
    in.array(5);
    DataType type = DataType.of(in.key());
    int rows = in.int32();
    int columns = in.int32();
    int segment = in.int32();
    long offset = in.integer();
    check(rows >= 0 && columns >= 1, "a buffer has 0 or more rows of 1 or more columns");
    long bytes = Math.multiplyExact(Math.multiplyExact((long) rows, columns), type.itemBytes());
    ByteBuffer view = segments.get(segment).slice(offset, bytes).asReadOnlyBuffer();
    return new Capture.Array(type, rows, columns, view);
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw malformed(otherwise);
    }
  }

  private static IllegalArgumentException malformed(String what) {
    return new IllegalArgumentException("The capture is malformed: " + what + ".");
  }

  /** The fields of a capture as they come in. */
  private static final class Draft {
    private UUID id;
    private String type;
    private Capture.Kind kind;
    private Value.Fields properties;
    private final List<Capture.PathValue> paths = new ArrayList<>();
    private final List<Path> removed = new ArrayList<>();
    private final Map<String, Capture.Array> buffers = new HashMap<>();
    private boolean allBuffers;
    private boolean structure;
    private final Set<String> topology = new HashSet<>();
    private final List<Path> kept = new ArrayList<>();
    private boolean rewound;

    Capture finish() {
      check(id != null && type != null && kind != null, "id, type and kind must be there");
      check(properties == null || kind != Capture.Kind.PART, "a part has paths, no properties");
      boolean all = allBuffers || kind == Capture.Kind.FULL;
      return new Capture(
          id,
          type,
          kind,
          properties,
          paths,
          removed,
          buffers,
          all,
          structure,
          topology,
          kept,
          rewound);
    }
  }
}
