package org.multiuser.network.trust;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.multiuser.protocol.file.Digest;

/** Decides whether a certificate is that of the server that was meant (SPEC CH9). Pure. */
public final class Trust {
  private Trust() {}

  /** What came of it. */
  public sealed interface Verdict {}

  /**
   * It is.
   *
   * @param isFirst nothing spoke for it but that nobody was known there: it is to be remembered
   */
  public record Accepted(boolean isFirst) implements Verdict {}

  /** It is not, or nobody can tell; {@code text} says what that may mean and what to do. */
  public record Refused(String text) implements Verdict {}

  /**
   * Decides.
   *
   * @param address where it was shown, HOST:PORT
   * @param shown the certificate's fingerprint
   * @param told what the invite or the setting says that it is
   * @param known what was seen there before
   * @param isNamed whether somebody whom this computer trusts vouches for it under this name; asked
   *     only where it counts
   */
  public static Verdict judge(
      String address,
      Digest shown,
      Optional<Digest> told,
      Optional<Digest> known,
      BooleanSupplier isNamed) {
    if (told.isPresent()) {
      return told.get().equals(shown)
          ? new Accepted(false)
          : new Refused(notAsTold(address, shown, told.get()));
    }
    if (known.equals(Optional.of(shown)) || isNamed.getAsBoolean()) {
      return new Accepted(false);
    }
    return known.isPresent()
        ? new Refused(changed(address, shown, known.get()))
        : new Accepted(true);
  }

  /** What the user hears of a server that is met for the first time. */
  public static String firstTime(String address, Digest shown) {
    return ("First connection to %s: the fingerprint of its certificate is %s. Compare it with the"
            + " one that the host sees.")
        .formatted(address, shown.hex());
  }

  private static String notAsTold(String address, Digest shown, Digest told) {
    return ("The server at %s is not the one that you were invited to: its certificate has the"
            + " fingerprint %s, and yours says %s. Nothing was sent to it. Ask the host for a new"
            + " invite; if their server is still the same, somebody else answers in its place.")
        .formatted(address, shown.hex(), told.hex());
  }

  private static String changed(String address, Digest shown, Digest known) {
    return ("The certificate of the server at %s changed: its fingerprint was %s and is %s. Either"
            + " the server was set up anew, or somebody else answers in its place. Nothing was sent"
            + " to it. Ask the host for the fingerprint; if it is the new one, press Forget"
            + " Certificate (or run: agent forget %s) and connect again.")
        .formatted(address, known.hex(), shown.hex(), address);
  }
}
