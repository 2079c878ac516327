package org.multiuser.network.client;

/**
 * Why an attempt to reach a server came to nothing.
 *
 * @param text for the user
 * @param isRefusal whether it is this side that does not want: the server is not known to be the
 *     right one, which the user has to hear whenever it happens
 */
record Trouble(String text, boolean isRefusal) {
  static Trouble lost(String text) {
    return new Trouble(text, false);
  }

  static Trouble refused(String text) {
    return new Trouble(text, true);
  }
}
