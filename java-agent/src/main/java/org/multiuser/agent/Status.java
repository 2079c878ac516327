package org.multiuser.agent;

import java.util.List;
import java.util.UUID;
import org.multiuser.protocol.model.Role;
import org.multiuser.protocol.model.User;

/**
 * Where an agent stands, for showing (BR10). Immutable.
 *
 * @param client this user's identity, or null before the first connect
 * @param role what this user may do, or null before the log-in
 * @param session the session's name, or empty
 * @param incarnation which session it is (SPEC SE3), or null before the log-in
 * @param fingerprint of the server's certificate, if it is known by that; else empty
 * @param pending commits that the server has not settled yet
 * @param waiting those of them that wait to be pushed by hand
 * @param sequence the number of the last log entry that is here
 * @param bytesSent since the connect, on all channels
 * @param bytesReceived since the connect, on all channels
 * @param nodes the nodes in the repository
 */
public record Status(
    ClientState state,
    UUID client,
    Role role,
    String session,
    UUID incarnation,
    String fingerprint,
    List<User> users,
    int pending,
    int waiting,
    long sequence,
    long bytesSent,
    long bytesReceived,
    int nodes) {
  public Status {
    users = List.copyOf(users);
  }
}
