package org.multiuser.app;

import java.io.IOException;
import org.multiuser.agent.ClientState;
import org.multiuser.agent.ConnectOptions;
import org.multiuser.network.trust.KnownServers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * By which certificate the present server is known, so that who came by its address alone can write
 * an invite that says it (SPEC CH9). A server for whose name somebody vouches has none: its
 * certificate changes. Used by the driver's thread alone.
 */
final class PinnedServer {
  private static final Logger LOG = LoggerFactory.getLogger(PinnedServer.class);

  private final KnownServers known;
  private String place = "";
  private String fingerprint = "";
  private boolean asked;

  PinnedServer(KnownServers known) {
    this.known = known;
  }

  /** Another server, perhaps. */
  void connect(ConnectOptions options) {
    boolean open = !options.security().plain() && options.security().fingerprint().isEmpty();
    place =
        open ? new ServerAddress(options.host(), options.port(), options.security()).place() : "";
    fingerprint = options.security().fingerprint().map(it -> it.hex()).orElse("");
    asked = false;
  }

  /** The fingerprint, in hexadecimal digits; empty if there is none, or not yet. */
  String fingerprint(ClientState state) {
    if (!isIn(state)) {
      asked = false; // Somebody may forget the certificate meanwhile, and meet another one.
    } else if (!asked && !place.isEmpty()) {
      asked = true;
      try {
        fingerprint = known.at(place).map(it -> it.hex()).orElse("");
      } catch (IOException e) {
        LOG.warn("no invite will have the fingerprint of {}: {}", place, e.getMessage());
      }
    }
    return fingerprint;
  }

  private static boolean isIn(ClientState state) {
    return state instanceof ClientState.Lobby
        || state instanceof ClientState.Initialising
        || state instanceof ClientState.Syncing
        || state instanceof ClientState.Online;
  }
}
