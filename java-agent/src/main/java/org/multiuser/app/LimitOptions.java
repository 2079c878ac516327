package org.multiuser.app;

import org.multiuser.network.server.ConnectionLimits;
import org.multiuser.protocol.model.Role;
import org.multiuser.server.room.SessionLimits;
import picocli.CommandLine.Option;

/** Options of {@code serve}: what its users may take of it (SPEC LM). */
final class LimitOptions {
  static final String IMPOSSIBLE =
      "every limit must be 1 or more, --max-users at most 1000 and --max-commit-mib and --max-pending-mib at most 1024;"
          + " --default-role is editor or viewer";

  private static final int MOST_USERS = 1_000;
  private static final int MOST_COMMIT_MIB = 1_024;
  private static final int MIB = 20;

  @Option(
      names = "--max-connections-per-address",
      defaultValue = "${env:MAX_CONNECTIONS_PER_ADDRESS:-256}",
      paramLabel = "N",
      description =
          "Connections from one address (of IPv6: one network of 64 bits) at a time; each user has"
              + " four. [env MAX_CONNECTIONS_PER_ADDRESS]")
  private int connectionsPerAddress;

  @Option(
      names = "--max-connections",
      defaultValue = "${env:MAX_CONNECTIONS:-1024}",
      paramLabel = "N",
      description = "Connections in all at a time. [env MAX_CONNECTIONS]")
  private int connections;

  @Option(
      names = "--new-connections-per-address",
      defaultValue = "${env:NEW_CONNECTIONS_PER_ADDRESS:-16}",
      paramLabel = "N",
      description =
          "New connections, and so handshakes of TLS, from one address in a second; eight times as"
              + " many at once. [env NEW_CONNECTIONS_PER_ADDRESS]")
  private int newPerAddress;

  @Option(
      names = "--new-connections",
      defaultValue = "${env:NEW_CONNECTIONS:-32}",
      paramLabel = "N",
      description = "The same of all addresses together. [env NEW_CONNECTIONS]")
  private int newInAll;

  @Option(
      names = "--max-sessions",
      defaultValue = "${env:MAX_SESSIONS:-100}",
      paramLabel = "N",
      description = "Sessions that admins may make. [env MAX_SESSIONS]")
  private int sessions;

  @Option(
      names = "--max-users",
      defaultValue = "${env:MAX_USERS:-64}",
      paramLabel = "N",
      description = "Users in one session. [env MAX_USERS]")
  private int users;

  @Option(
      names = "--max-commit-mib",
      defaultValue = "${env:MAX_COMMIT_MIB:-1024}",
      paramLabel = "MIB",
      description =
          "The largest edit of one datablock; so much memory each user can make the server use."
              + " [env MAX_COMMIT_MIB]")
  private int commitMib;

  @Option(
      names = "--max-session-mib",
      defaultValue = "${env:MAX_SESSION_MIB:-65536}",
      paramLabel = "MIB",
      description =
          "What a session's own file may take on disk; then it takes no more edits, but for"
              + " deleting. [env MAX_SESSION_MIB]")
  private int sessionMib;

  @Option(
      names = "--max-files-mib",
      defaultValue = "${env:MAX_FILES_MIB:-262144}",
      paramLabel = "MIB",
      description =
          "What a session's pictures and other files may take besides. [env MAX_FILES_MIB]")
  private int filesMib;

  @Option(
      names = "--max-pending-mib",
      defaultValue = "${env:MAX_PENDING_MIB:-16}",
      paramLabel = "MIB",
      description =
          "What is sent ahead to one user who does not take it; on the channels without credit"
              + " twice as much, then the link ends. [env MAX_PENDING_MIB]")
  private int pendingMib;

  @Option(
      names = "--default-role",
      defaultValue = "${env:DEFAULT_ROLE:-editor}",
      paramLabel = "ROLE",
      description =
          "What those may do who join and whom no admin gave a role: editor or viewer, who reads"
              + " and edits nothing. [env DEFAULT_ROLE]")
  private Role joining;

  boolean isPossible() {
    int least = Math.min(connectionsPerAddress, connections);
    least = Math.min(least, Math.min(newPerAddress, newInAll));
    least = Math.min(least, Math.min(sessions, users));
    least =
        Math.min(least, Math.min(Math.min(commitMib, pendingMib), Math.min(sessionMib, filesMib)));
    return joining != Role.ADMIN
        && least >= 1
        && users <= MOST_USERS
        && commitMib <= MOST_COMMIT_MIB
        && pendingMib <= MOST_COMMIT_MIB;
  }

  ConnectionLimits connections() {
    return new ConnectionLimits(connectionsPerAddress, connections, newPerAddress, newInAll);
  }

  SessionLimits sessions() {
    return new SessionLimits(
        sessions,
        users,
        (long) commitMib << MIB,
        (long) sessionMib << MIB,
        (long) pendingMib << MIB);
  }

  /** The role of who joins and is not known. */
  Role joining() {
    return joining;
  }

  /** What one session's files may take. */
  long filesBytes() {
    return (long) filesMib << MIB;
  }
}
