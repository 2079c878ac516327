package org.multiuser.protocol.delta;

import java.util.LinkedHashSet;
import java.util.Set;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.model.Value;

/** Which files a tree names (SPEC VA6). Pure. */
public final class FileRefs {
  private FileRefs() {}

  /**
   * The files that a tree names, each once, in the order they stand there; nobody may have them.
   *
   * @param value any value, such as a node's properties
   */
  public static Set<Digest> of(Value value) {
    Set<Digest> found = new LinkedHashSet<>();
    Values.eachAtom(
        value,
        atom -> {
          if (atom instanceof Value.FileRef ref) {
            found.add(ref.file());
          }
        });
    return found;
  }
}
