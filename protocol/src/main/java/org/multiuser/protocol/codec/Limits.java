package org.multiuser.protocol.codec;

/** The limits that decoders and encoders keep (SPEC VA5, PA1, PT1, LM). */
public final class Limits {
  /** How deep containers may nest, the root counted (SPEC VA5). */
  public static final int DEPTH = 32;

  /** The longest key in bytes (SPEC VA5). */
  public static final int KEY_BYTES = 1024;

  /** The longest text in bytes (SPEC VA5). */
  public static final int TEXT_BYTES = 16 << 20;

  /** The most values in one commit, node or message (SPEC LM5). */
  public static final int VALUES = 2_000_000;

  /** The most bytes of an encoded commit or node, and of its raw buffers together (SPEC LM2). */
  public static final int THING_BYTES = 1 << 30;

  /** The most steps in one commit (SPEC LM3). */
  public static final int STEPS = 1_000_000;

  /** The most nodes in one change of owner (SPEC LM3). */
  public static final int OWNED_NODES = 10_000;

  /** The most nodes in one Verify (SPEC LM3). */
  public static final int VERIFIED_NODES = 1_000;

  /** The most bytes in one part (SPEC PT1). */
  public static final int PART_BYTES = 256 << 10;

  /** The largest encoded presence in bytes (SPEC PR1). */
  public static final int PRESENCE_BYTES = 64 << 10;

  /** The most chunks in one ChunkAsk, and asked for and not there yet (SPEC FT3). */
  public static final int ASKED_CHUNKS = 256;

  /** The most files that one client offers and the server has not answered yet (SPEC FT1). */
  public static final int OPEN_FILES = 500;

  /** The most files that one client waits for (SPEC FT6). */
  public static final int AWAITED_FILES = 20_000;

  /** The most bytes in one part of a file, so that edits need not wait for long (SPEC FT3). */
  public static final int FILE_PART_BYTES = 64 << 10;

  /** The largest encoded manifest in bytes: that of a file of the most chunks (SPEC FI4). */
  public static final int MANIFEST_BYTES = 48 << 20;

  private Limits() {}
}
