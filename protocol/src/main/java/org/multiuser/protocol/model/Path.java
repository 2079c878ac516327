package org.multiuser.protocol.model;

import java.util.List;

/**
 * Where a value stands in a property tree: the keys from the root down (SPEC PA1). Never empty.
 *
 * @param keys the keys, outermost first
 */
public record Path(List<String> keys) {
  public Path {
    keys = List.copyOf(keys);
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("a path has at least one key");
    }
  }

  /** A path of these keys. */
  public static Path of(String... keys) {
    return new Path(List.of(keys));
  }
}
