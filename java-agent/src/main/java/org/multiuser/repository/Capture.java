package org.multiuser.repository;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.multiuser.protocol.delta.Names;
import org.multiuser.protocol.model.DataType;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;

/**
 * What Blender was seen to hold of one datablock (docs/bridge.md, Capture). The byte buffers may be
 * views on shared memory: the repository reads them during the call only and copies what changed.
 *
 * @param id the datablock
 * @param type its RNA identifier
 * @param kind how much of it was captured
 * @param properties the tree, whole; or null if it is not part of this capture. Null for PART
 * @param paths for PART, BASE and CONSEQUENCE: values at paths, each compared on its own
 * @param removed for PART, BASE and CONSEQUENCE: paths that are gone
 * @param buffers the captured buffers by name; their order is that of the steps that come of them
 * @param allBuffers whether buffers not named are gone; implied by FULL
 * @param structure whether the topology was captured with it, so that all buffers are here
 * @param topology the names of the buffers whose change makes it a structural commit
 * @param kept paths whose values Blender's animation sets: they are no edit, and count as what
 *     Blender was last seen to hold. The last step may be the index of an item
 * @param rewound whether undo or redo made it so: then only what this artist wrote last is an edit
 *     (BR23)
 */
public record Capture(
    UUID id,
    String type,
    Kind kind,
    Value.Fields properties,
    List<PathValue> paths,
    List<Path> removed,
    Map<String, Array> buffers,
    boolean allBuffers,
    boolean structure,
    Set<String> topology,
    List<Path> kept,
    boolean rewound) {

  /** How much of a datablock a capture holds. */
  public enum Kind {
    /** The whole tree and all buffers; the only kind that may bring a node into being. */
    FULL,
    /** Only what is named. */
    PART,
    /** A read-back after applying (BR21): becomes what Blender holds, never a commit. */
    BASE,
    /**
     * What Blender did to it as a change to another datablock was applied (BR25): becomes what
     * Blender holds, never a commit, and says nothing of changes on their way to it.
     */
    CONSEQUENCE,
    /**
     * Its name was needed for another datablock (BR24): {@code properties} has the name that it
     * had, {@code paths} the one that Blender shows now.
     */
    DISPLACED,
    /** The datablock is gone from Blender. */
    DELETE
  }

  /** A value at a path. */
  public record PathValue(Path path, Value value) {}

  /**
   * A dense array that Blender holds.
   *
   * @param bytes rows × columns elements between position and limit, little-endian; only read
   */
  public record Array(DataType type, int rows, int columns, ByteBuffer bytes) {}

  public Capture {
    paths = List.copyOf(paths);
    removed = List.copyOf(removed);
    buffers = Collections.unmodifiableMap(new LinkedHashMap<>(buffers));
    topology = Set.copyOf(topology);
    kept = List.copyOf(kept);
  }

  /** Whether it names nothing: of a BASE, that the change was left out (BR21). */
  public boolean isEmpty() {
    return properties == null && paths.isEmpty() && removed.isEmpty() && buffers.isEmpty();
  }

  /** Of a DISPLACED: the name that the datablock had. */
  Optional<String> nameBefore() {
    return Optional.ofNullable(properties).flatMap(Names::of);
  }

  /** Of a DISPLACED: the name that it has now. */
  Optional<String> nameNow() {
    return paths.stream()
        .filter(at -> at.path().equals(Names.PATH) && at.value() instanceof Value.Text)
        .map(at -> ((Value.Text) at.value()).value())
        .findFirst();
  }

  /** A capture of which nothing is kept. */
  public Capture(
      UUID id,
      String type,
      Kind kind,
      Value.Fields properties,
      List<PathValue> paths,
      List<Path> removed,
      Map<String, Array> buffers,
      boolean allBuffers,
      boolean structure,
      Set<String> topology) {
    this(
        id,
        type,
        kind,
        properties,
        paths,
        removed,
        buffers,
        allBuffers,
        structure,
        topology,
        List.of(),
        false);
  }

  /** The same, brought about by undo or redo (BR23). */
  public Capture asRewound() {
    return new Capture(
        id,
        type,
        kind,
        properties,
        paths,
        removed,
        buffers,
        allBuffers,
        structure,
        topology,
        kept,
        true);
  }

  /** A FULL capture. */
  public static Capture full(
      UUID id, String type, Value.Fields properties, Map<String, Array> buffers) {
    return new Capture(
        id,
        type,
        Kind.FULL,
        properties,
        List.of(),
        List.of(),
        buffers,
        true,
        !buffers.isEmpty(),
        Set.of());
  }

  /** A PART capture of properties alone. */
  public static Capture part(UUID id, String type, List<PathValue> paths, List<Path> removed) {
    return new Capture(id, type, Kind.PART, null, paths, removed, Map.of(), false, false, Set.of());
  }

  /** A DISPLACED. */
  public static Capture displaced(UUID id, String type, String had, String has) {
    return new Capture(
        id,
        type,
        Kind.DISPLACED,
        new Value.Fields(new TreeMap<>(Map.of("name", new Value.Text(had)))),
        List.of(new PathValue(Names.PATH, new Value.Text(has))),
        List.of(),
        Map.of(),
        false,
        false,
        Set.of());
  }

  /** A DELETE. */
  public static Capture delete(UUID id, String type) {
    return new Capture(
        id, type, Kind.DELETE, null, List.of(), List.of(), Map.of(), false, false, Set.of());
  }
}
