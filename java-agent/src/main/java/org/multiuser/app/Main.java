package org.multiuser.app;

/** The one entry point of the jar: agent, standalone agent and session server. */
public final class Main {
  private Main() {}

  /**
   * Runs the program.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    System.out.println(String.join(" ", args));
  }
}
