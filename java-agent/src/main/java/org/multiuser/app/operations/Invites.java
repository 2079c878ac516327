package org.multiuser.app.operations;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The lines that artists paste to join.
 *
 * @param bind the address that the server listens on
 * @param fingerprint of its certificate, empty if it does not encrypt
 * @param password what everybody needs to join, empty if nothing or not known
 */
public record Invites(String bind, int port, String fingerprint, String password) {
  /** The invite to a session at this host. */
  String to(String host, String session) {
    String place = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    String protection = fingerprint.isEmpty() ? "plain=1" : "fp=" + fingerprint;
    String secret = password.isEmpty() ? "" : "&pw=" + escaped(password);
    return "multiuser://" + place + ":" + port + "/" + session + "?" + protection + secret;
  }

  private static String escaped(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Where it can be reached from other computers, as far as this one knows. */
  List<String> hosts() {
    if (!bind.equals("0.0.0.0") && !bind.equals("::")) {
      return List.of(bind);
    }
    List<String> hosts = new ArrayList<>();
    try (Stream<NetworkInterface> cards = NetworkInterface.networkInterfaces()) {
      cards
          .flatMap(NetworkInterface::inetAddresses)
          .filter(Invites::isReachable)
          .forEach(address -> hosts.add(address.getHostAddress()));
    } catch (SocketException e) {
      return List.of("localhost"); // What it knows of itself for certain.
    }
    return hosts.isEmpty() ? List.of("localhost") : hosts;
  }

  private static boolean isReachable(InetAddress address) {
    return !address.isLoopbackAddress()
        && !address.isLinkLocalAddress()
        && !(address instanceof Inet6Address);
  }
}
