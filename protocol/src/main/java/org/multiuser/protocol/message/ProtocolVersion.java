package org.multiuser.protocol.message;

/**
 * The version of the protocol that this code speaks (SPEC VE1, VE2). Whoever changes a message, a
 * model or commit record, a number or an enum raises it; {@code SchemaHashTest} reminds them.
 */
public final class ProtocolVersion {
  /** Rises when old and new cannot talk to each other. */
  public static final int MAJOR = 3;

  /** Rises when something is added that the older side can do without. */
  public static final int MINOR = 2;

  private ProtocolVersion() {}
}
