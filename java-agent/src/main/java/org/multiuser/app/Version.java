package org.multiuser.app;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import picocli.CommandLine.IVersionProvider;

/** Which build this is. */
final class Version implements IVersionProvider {
  /** The version from the jar, or "development" where there is no jar. */
  static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /** What a backup says it is made by: the version and the time. */
  static String made() {
    return "Multi-User " + current() + ", " + Instant.now().truncatedTo(ChronoUnit.SECONDS);
  }

  @Override
  public String[] getVersion() {
    return new String[] {"Multi-User " + current()};
  }
}
