package org.multiuser.agent;

import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.Message;

/** What a {@link Client} wants its driver to do, in order. */
public sealed interface Effect {
  /** Opens four fresh links to the server, after closing what was open. */
  record Open(String host, int port, Security security) implements Effect {}

  /** Sends a message over one of them. */
  record Send(Channel channel, Message message) implements Effect {}

  /** Closes all links; what was handed over for sending on Commands goes out first. */
  record Close() implements Effect {}

  /** The identity can be resumed with this secret from now on (SPEC LI4): keep it. */
  record Remember(byte[] secret) implements Effect {}

  /** Something about files: not the driver's matter, and not in the order of the others. */
  sealed interface OfFile extends Effect {}

  /** Look up what the cache has of a file: {@link Transfers#found}. */
  record FindFile(Digest file) implements OfFile {}

  /** Keep what a file consists of: {@link Transfers#found}. */
  record KeepManifest(Manifest manifest) implements OfFile {}

  /** Keep a chunk: {@link Transfers#kept}. */
  record KeepChunk(Digest chunk, byte[] content) implements OfFile {}

  /** Put a file together: {@link Transfers#made}. */
  record MakeFile(Manifest manifest) implements OfFile {}

  /** Look whether all of a file that came from the session is here: {@link Transfers#lent}. */
  record LendFile(Digest file) implements OfFile {}

  /** Read a chunk of an offered file: {@link Transfers#loaded}. */
  record LoadChunk(Digest chunk) implements OfFile {}

  /** The identity is done with (SPEC SE7): forget it and what was pending. */
  record Forget() implements Effect {}
}
