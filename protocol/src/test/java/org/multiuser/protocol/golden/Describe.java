package org.multiuser.protocol.golden;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.BufferPatch;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Value;

/**
 * Says in plain JSON terms (maps, lists, text, long, boolean, null) what a model object is, as
 * {@code golden/README.md} tells.
 */
final class Describe {
  private Describe() {}

  static Object value(Value value) {
    if (value instanceof Value.Null) {
      return null;
    } else if (value instanceof Value.Bool bool) {
      return bool.value();
    } else if (value instanceof Value.Int integer) {
      return integer.value();
    } else if (value instanceof Value.Real real) {
      return Map.of("real", HexFormat.of().toHexDigits(Double.doubleToLongBits(real.value())));
    } else if (value instanceof Value.Text text) {
      return text.value();
    } else if (value instanceof Value.Ref ref) {
      return Map.of("ref", ref.id().toString());
    } else if (value instanceof Value.FileRef ref) {
      return Map.of("file", ref.file().hex());
    } else if (value instanceof Value.Items items) {
      return list(items.values().stream().map(Describe::value).toList());
    } else if (value instanceof Value.Fields fields) {
      Map<String, Object> members = new LinkedHashMap<>();
      fields.values().forEach((key, member) -> members.put(key, value(member)));
      return Map.of("fields", members);
    }
    List<Object> pairs = new ArrayList<>();
    ((Value.Keyed) value).values().forEach((key, item) -> pairs.add(list(key, value(item))));
    return Map.of("keyed", pairs);
  }

  static Object node(Node node) {
    Map<String, Object> buffers = new LinkedHashMap<>();
    node.buffers().forEach((name, buffer) -> buffers.put(name, buffer(buffer)));
    return object(
        "id", node.id().toString(),
        "type", node.type(),
        "owner", text(node.owner()),
        "revision", node.revision(),
        "structure", node.structure(),
        "properties", value(node.properties()),
        "buffers", buffers);
  }

  static Object commit(Commit commit) {
    return object(
        "author", commit.author().toString(),
        "counter", commit.counter(),
        "node", commit.node().toString(),
        "structure", commit.structure(),
        "newStructure", commit.newStructure(),
        "steps", list(commit.operations().stream().map(Describe::step).toList()));
  }

  static Object entry(LogEntry entry) {
    if (entry instanceof LogEntry.Committed committed) {
      return object("committed", entry.sequence(), "commit", commit(committed.commit()));
    }
    LogEntry.OwnerChanged changed = (LogEntry.OwnerChanged) entry;
    return object(
        "ownerChanged", entry.sequence(),
        "author", text(changed.author()),
        "nodes", list(changed.nodes().stream().map(UUID::toString).toList()),
        "owner", text(changed.owner()));
  }

  /** A message, or a record within one: its name and its fields by theirs. */
  static Object message(Record message) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (RecordComponent component : message.getClass().getRecordComponents()) {
      try {
        var accessor = component.getAccessor();
        accessor.setAccessible(true);
        fields.put(component.getName(), field(accessor.invoke(message)));
      } catch (ReflectiveOperationException e) {
        throw new LinkageError(e.getMessage(), e);
      }
    }
    return object("record", message.getClass().getSimpleName(), "members", fields);
  }

  private static Object field(Object field) {
    if (field instanceof byte[] bytes) {
      return Map.of("bytes", HexFormat.of().formatHex(bytes));
    } else if (field instanceof Value.Fields fields) {
      return value(fields);
    } else if (field instanceof List<?> elements) {
      return list(elements.stream().map(Describe::field).toList());
    } else if (field instanceof Record record) {
      return message(record);
    } else if (field instanceof Integer number) {
      return number.longValue();
    } else if (field instanceof UUID || field instanceof Digest || field instanceof Enum<?>) {
      return field.toString();
    }
    return field;
  }

  private static Object step(Operation step) {
    if (step instanceof Operation.Create create) {
      return list("create", create.type(), value(create.properties()));
    } else if (step instanceof Operation.Set set) {
      return list("set", list(set.path().keys()), value(set.value()));
    } else if (step instanceof Operation.Remove remove) {
      return list("remove", list(remove.path().keys()));
    } else if (step instanceof Operation.Order order) {
      return list("order", list(order.path().keys()), list(order.keys()));
    } else if (step instanceof Operation.ReplaceBuffer replace) {
      return list("replaceBuffer", replace.name(), buffer(replace.buffer()));
    } else if (step instanceof Operation.PatchBuffer patch) {
      return list("patchBuffer", patch.name(), patch(patch.patch()));
    } else if (step instanceof Operation.RemoveBuffer remove) {
      return list("removeBuffer", remove.name());
    }
    return list("delete");
  }

  private static Object buffer(Buffer buffer) {
    return object(
        "type",
        buffer.type().code(),
        "rows",
        (long) buffer.rows(),
        "columns",
        (long) buffer.columns(),
        "bytes",
        HexFormat.of().formatHex(buffer.bytes()));
  }

  private static Object patch(BufferPatch patch) {
    List<Object> runs =
        IntStream.range(0, patch.starts().length)
            .<Object>mapToObj(i -> list((long) patch.starts()[i], (long) patch.counts()[i]))
            .toList();
    return object(
        "rows",
        (long) patch.rows(),
        "rowBytes",
        (long) patch.rowBytes(),
        "runs",
        runs,
        "bytes",
        HexFormat.of().formatHex(patch.bytes()));
  }

  private static String text(UUID id) {
    return id == null ? null : id.toString();
  }

  private static List<Object> list(Object... elements) {
    return new ArrayList<>(Arrays.asList(elements));
  }

  private static List<Object> list(List<?> elements) {
    return new ArrayList<>(elements);
  }

  private static Map<String, Object> object(Object... keysAndValues) {
    Map<String, Object> object = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      object.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return object;
  }
}
