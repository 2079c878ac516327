package org.multiuser.server.room;

import java.util.Map;

/**
 * What was counted since the server started.
 *
 * @param logIns users who came in, or came back
 * @param wrongPasswords log-ins with a wrong password
 * @param leaves users who left
 * @param timeouts users who were silent for too long
 * @param kicks users who were kicked or banned
 * @param commits commits that were acknowledged
 * @param batches batches that became durable
 * @param refusals what was refused, and why
 * @param latency of the acknowledged commits
 */
public record Tally(
    long logIns,
    long wrongPasswords,
    long leaves,
    long timeouts,
    long kicks,
    long commits,
    long batches,
    Map<Refused, Long> refusals,
    Latency latency) {

  /** What may be refused. */
  public enum Matter {
    LOGIN,
    REQUEST,
    COMMIT,
    LINK
  }

  /**
   * A kind of refusal.
   *
   * @param code the name of the error code
   */
  public record Refused(Matter matter, String code) {}
}
