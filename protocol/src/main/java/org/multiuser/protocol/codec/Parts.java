package org.multiuser.protocol.codec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cuts what may be large into parts (SPEC PT1); {@link PartAssembler} is the way back. Pure. */
public final class Parts {
  private Parts() {}

  /**
   * One part.
   *
   * @param totalBytes the size of the whole thing
   * @param offset where this part stands in it
   * @param bytes its bytes, at most {@link Limits#PART_BYTES}
   */
  public record Part(long totalBytes, long offset, byte[] bytes) {
    /** Whether the thing is complete with this part. */
    public boolean isLast() {
      return offset + bytes.length == totalBytes;
    }
  }

  /**
   * The part that begins at an offset, for a sender that goes on when it has credit.
   *
   * @param thing the whole thing
   * @param offset from 0 to the thing's size, where only an empty thing may have no bytes left
   */
  public static Part at(byte[] thing, int offset) {
    return at(thing, offset, Limits.PART_BYTES);
  }

  /** The same with parts of at most so many bytes. */
  public static Part at(byte[] thing, int offset, int maxBytes) {
    int length = Math.min(maxBytes, thing.length - offset);
    boolean whole = offset == 0 && length == thing.length;
    byte[] bytes = whole ? thing : Arrays.copyOfRange(thing, offset, offset + length);
    return new Part(thing.length, offset, bytes);
  }

  /** All parts in their order; one of no bytes for an empty thing. */
  public static List<Part> split(byte[] thing) {
    List<Part> parts = new ArrayList<>();
    int offset = 0;
    do {
      Part part = at(thing, offset);
      parts.add(part);
      offset += part.bytes().length;
    } while (offset < thing.length);
    return parts;
  }
}
