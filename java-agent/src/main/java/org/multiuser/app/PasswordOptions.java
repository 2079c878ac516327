package org.multiuser.app;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.multiuser.server.login.KnownPasswords;
import org.multiuser.server.login.PasswordHash;
import org.multiuser.server.room.Passwords;
import picocli.CommandLine.Help;
import picocli.CommandLine.Option;

/** Options of {@code serve}: what those who log in have to know (SPEC LI2, decision 0032). */
final class PasswordOptions {
  private static final int MOST_CHARACTERS = 1_024;

  @Option(
      names = {"-pwd", "--admin-password"},
      defaultValue = "${env:ADMIN_PASSWORD:-}",
      showDefaultValue = Help.Visibility.NEVER,
      paramLabel = "PASSWORD",
      description = "What makes an admin; without it nobody is one. [env ADMIN_PASSWORD]")
  private String admin;

  @Option(
      names = {"-spwd", "--server-password"},
      defaultValue = "${env:SERVER_PASSWORD:-}",
      showDefaultValue = Help.Visibility.NEVER,
      paramLabel = "PASSWORD",
      description = "What everybody needs to join. [env SERVER_PASSWORD]")
  private String server;

  @Option(
      names = "--admin-password-hash",
      defaultValue = "${env:ADMIN_PASSWORD_HASH:-}",
      showDefaultValue = Help.Visibility.NEVER,
      paramLabel = "HASH",
      description = "In place of --admin-password: its hash. [env ADMIN_PASSWORD_HASH]")
  private String adminHash;

  @Option(
      names = "--server-password-hash",
      defaultValue = "${env:SERVER_PASSWORD_HASH:-}",
      showDefaultValue = Help.Visibility.NEVER,
      paramLabel = "HASH",
      description = "In place of --server-password: its hash. [env SERVER_PASSWORD_HASH]")
  private String serverHash;

  @Option(
      names = "--hash-password",
      description =
          "Print the hash of a password, asked for here or read from standard input, and end.")
  private boolean hash;

  /** Whether a hash is wanted instead of a server. */
  boolean isHashWanted() {
    return hash;
  }

  /** What everybody needs to join, for invites; empty if nothing, or if its hash alone is known. */
  String server() {
    return server;
  }

  /**
   * The passwords of the server.
   *
   * @throws IllegalArgumentException if a hash is none, or stands beside its password; says what to
   *     do
   */
  KnownPasswords known() {
    KnownPasswords known = new KnownPasswords(new SecureRandom());
    add(known, Passwords.Kind.ADMIN, "admin", admin, adminHash);
    add(known, Passwords.Kind.SERVER, "server", server, serverHash);
    return known;
  }

  private static void add(
      KnownPasswords known, Passwords.Kind kind, String name, String plain, String hash) {
    if (!plain.isEmpty() && !hash.isEmpty()) {
      throw new IllegalArgumentException(
          "the %1$s password is given twice: leave out --%1$s-password or --%1$s-password-hash"
              .formatted(name));
    }
    if (!plain.isEmpty()) {
      known.with(kind, plain);
    } else if (!hash.isEmpty()) {
      known.with(kind, parse(name, hash));
    }
  }

  private static PasswordHash parse(String name, String hash) {
    try {
      return PasswordHash.parse(hash);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--" + name + "-password-hash: " + e.getMessage(), e);
    }
  }

  /**
   * Asks for a password and prints the line that {@code --admin-password-hash} takes.
   *
   * @return the exit code
   * @throws IOException if there is no password to read; says what to do
   */
  static int printHash() throws IOException {
    // From Java 22 on there is one without a terminal too, and its questions would be printed.
    System.setProperty("jdk.console", "java.base");
    String password = ask(System.console());
    if (password.isEmpty() || password.length() > MOST_CHARACTERS) {
      throw new IOException("a password has 1 to " + MOST_CHARACTERS + " characters; try again");
    }
    System.out.println(PasswordHash.make(password, new SecureRandom()).line());
    return 0;
  }

  /** From the terminal without showing it, or where there is none the first line of the input. */
  private static String ask(Console console) throws IOException {
    if (console == null) {
      BufferedReader input =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      String line = input.readLine();
      return line == null ? "" : line;
    }
    String first = String.valueOf(console.readPassword("Password: "));
    if (!first.equals(String.valueOf(console.readPassword("Again: ")))) {
      throw new IOException("these were two different ones; try again");
    }
    return first;
  }
}
