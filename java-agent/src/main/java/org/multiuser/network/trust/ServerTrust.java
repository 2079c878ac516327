package org.multiuser.network.trust;

import java.nio.file.Path;

/**
 * What an agent goes by when it decides whom to take for a server.
 *
 * @param known what servers showed before
 * @param authorities who may vouch for a server
 */
public record ServerTrust(KnownServers known, Authorities authorities) {
  /**
   * From these files.
   *
   * @param known where it is kept what servers showed before, or null to keep nothing
   * @param own PEM certificates of a studio's own authorities, or null
   */
  public static ServerTrust of(Path known, Path own) {
    return new ServerTrust(new KnownServers(known), new Authorities(own));
  }
}
