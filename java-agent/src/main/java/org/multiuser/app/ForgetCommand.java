package org.multiuser.app;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.multiuser.network.trust.KnownServers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code agent forget}: the next certificate of a server counts as the first (SPEC CH9). */
@Command(
    name = "forget",
    description = "Forgets the certificate of a server, so that another one is taken next time.",
    mixinStandardHelpOptions = true)
final class ForgetCommand implements Callable<Integer> {
  @Parameters(paramLabel = "HOST[:PORT]", description = "The server, as it was connected to.")
  private String address;

  @Mixin private TrustOptions trust;

  private ForgetCommand() {}

  @Override
  public Integer call() {
    try {
      ServerAddress server = ServerAddress.parse(address);
      String place = server.place();
      boolean forgotten = new KnownServers(trust.known()).forget(place);
      System.out.println(
          forgotten
              ? "The certificate of " + place + " is forgotten."
              : "No certificate of " + place + " was known.");
      return 0;
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      return 2;
    } catch (IOException e) {
      System.err.println(trust.known() + " cannot be changed: " + e.getMessage());
      return 1;
    }
  }
}
