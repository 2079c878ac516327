package org.multiuser.network;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.multiuser.protocol.message.Channel;

/** What the channels are called while encryption is agreed (SPEC CH7). */
public final class Alpn {
  private static final String PREFIX = "multiuser-";

  private Alpn() {}

  /** The name by which a client asks for this channel. */
  public static String name(Channel channel) {
    return PREFIX + channel.name().toLowerCase(Locale.ROOT);
  }

  /** The names of all channels. */
  public static String[] names() {
    return Stream.of(Channel.values()).map(Alpn::name).toArray(String[]::new);
  }

  /**
   * The channel of this name, empty if there is none.
   *
   * @param name may be null or empty: nothing was agreed
   */
  public static Optional<Channel> channel(String name) {
    return Stream.of(Channel.values()).filter(one -> name(one).equals(name)).findFirst();
  }
}
