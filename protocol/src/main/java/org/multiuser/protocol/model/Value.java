package org.multiuser.protocol.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.multiuser.protocol.file.Digest;

/**
 * A value in a node's property tree (SPEC VA1). Immutable; equal values have equal canonical bytes.
 */
public sealed interface Value {
  /** The absent value, such as an empty pointer. */
  Value NULL = new Null();

  /** The absent value. */
  record Null() implements Value {}

  /** A truth value. */
  record Bool(boolean value) implements Value {}

  /** A signed 64-bit whole number. */
  record Int(long value) implements Value {}

  /** A 64-bit float; equal when the bits are equal, every NaN counting as one. */
  record Real(double value) implements Value {}

  /** Unicode text. */
  record Text(String value) implements Value {}

  /** A reference to another node by identity (SPEC VA4). */
  record Ref(UUID id) implements Value {}

  /** A file by its content, which nobody may have (SPEC VA6). */
  record FileRef(Digest file) implements Value {}

  /** An ordered list that is only ever set whole, such as a vector or a matrix row. */
  record Items(List<Value> values) implements Value {
    public Items {
      values = List.copyOf(values);
    }
  }

  /** Named fields whose order means nothing; each can be addressed by a path. */
  record Fields(SortedMap<String, Value> values) implements Value {
    public Fields {
      values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    /** The empty map. */
    public static final Fields EMPTY = new Fields(new TreeMap<>());
  }

  /** Named items whose order means something, such as a modifier stack. */
  record Keyed(Map<String, Value> values) implements Value {
    public Keyed {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** The empty list. */
    public static final Keyed EMPTY = new Keyed(new LinkedHashMap<>());

    /** Equal when the items and their order are equal. */
    @Override
    public boolean equals(Object other) {
      return other instanceof Keyed that
          && values.equals(that.values)
          && List.copyOf(values.keySet()).equals(List.copyOf(that.values.keySet()));
    }

    @Override
    public int hashCode() {
      return values.hashCode();
    }
  }
}
