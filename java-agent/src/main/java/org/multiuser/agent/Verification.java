package org.multiuser.agent;

import java.util.List;
import org.multiuser.protocol.message.Message;

/**
 * What came of comparing replicas (SPEC VR).
 *
 * @param done whether everything that was to be compared is
 * @param compared how many nodes of this replica were
 * @param differing how many of them the server holds otherwise
 * @param members what came of it for everybody in the session, as the server last said
 */
public record Verification(
    boolean done, long compared, long differing, List<Message.Comparison> members) {
  public Verification {
    members = List.copyOf(members);
  }
}
