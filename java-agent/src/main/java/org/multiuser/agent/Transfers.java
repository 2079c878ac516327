package org.multiuser.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.file.Manifest;
import org.multiuser.protocol.message.Message;

/**
 * The files of one join, both ways (SPEC FT). What takes a disk is wanted as {@link Effect.OfFile},
 * and its outcome handed in. Stepped; used by the client's thread.
 */
public final class Transfers {
  /** The first minor version with {@link Message.FileLeave}. */
  private static final int LEAVE_MINOR = 1;

  private final UploadPace pace = new UploadPace();
  private final FilesUp up;
  private final FilesDown down;
  private boolean linked;

  Transfers(Outgoing out) {
    down = new FilesDown(out);
    up = new FilesUp(out, pace, down::wasDescribed);
  }

  // --- what the user wants ---

  /** Brings a file to the session, and again over each new link where it is not there. */
  public void offer(Manifest manifest) {
    up.offer(manifest, linked);
  }

  /** An offered file is another one by now, or not to be had of this user any more. */
  public void withdraw(Digest file) {
    up.cancel(file);
  }

  /** Fetches a file from the session, as soon as it is there; looks again where it was here. */
  public void fetch(Digest file) {
    down.fetch(file);
  }

  /** A file is not to be fetched (any more). */
  public void leave(Digest file) {
    down.cancel(file);
  }

  /** Goes on with a file no more, whichever way. */
  public void cancel(Digest file) {
    withdraw(file);
    leave(file);
  }

  /** Sets how many bytes of files may go out in a second, 0 for any number. */
  public void limit(long bytesPerSecond) {
    pace.limit(bytesPerSecond);
  }

  /** Where all files stand. */
  public List<Transfer> shown() {
    List<Transfer> all = new ArrayList<>(up.shown());
    all.addAll(down.shown());
    return all;
  }

  // --- what the disk says ---

  /** What the cache has of a file: null for what it consists of, if that is not known. */
  public void found(Digest file, Manifest manifest, Map<Digest, Integer> missing) {
    down.found(file, manifest, missing);
  }

  /** A chunk is kept, or could not be; {@code problem} is empty or says what to do. */
  public void kept(Digest chunk, String problem) {
    down.kept(chunk, problem);
  }

  /** A file is made, or could not be; {@code problem} is empty or says what to do. */
  public void made(Digest file, String problem) {
    down.made(file, problem);
  }

  /** A file could not be made, for chunks of it are gone from the cache: it is looked for anew. */
  public void lacking(Digest file, String problem) {
    down.lacking(file, problem);
  }

  /** A chunk of an offered file was read; {@code content} is null if it is not what it was. */
  public void loaded(Digest chunk, byte[] content) {
    up.loaded(chunk, content);
  }

  /** What a file that this user has from the session consists of; null if it is not all here. */
  public void lent(Digest file, Manifest manifest) {
    up.lent(file, manifest);
  }

  // --- the links ---

  /** The server speaks this minor version (SPEC VE2). */
  void welcomed(int minor) {
    down.serverLeaves(minor >= LEAVE_MINOR);
  }

  /** The links are new ones, to a server that takes files. */
  void restart() {
    linked = true;
    up.restart();
    down.restart();
  }

  /** The links are gone. */
  void lost() {
    linked = false;
    down.lost();
  }

  /** Whether a message on Publisher is about files. */
  static boolean isUp(Message message) {
    return message instanceof Message.FileAsk
        || message instanceof Message.ChunkAsk
        || message instanceof Message.FileKept
        || message instanceof Message.FileFailed;
  }

  /** Whether a message on Subscriber is about files. */
  static boolean isDown(Message message) {
    return message instanceof Message.ManifestPart || message instanceof Message.ChunkPart;
  }

  /** The server says something about this user's files. */
  void publisher(Message message) {
    up.receive(message);
  }

  /** Something that was asked for comes; returns what it spent of the credit, in bytes. */
  int subscriber(Message message) {
    return down.receive(message);
  }

  /** Sends parts; to be called where nothing else waits (SPEC FT7). */
  void pump(long nowNanos) {
    if (linked) {
      up.pump(nowNanos);
    }
  }

  /** How long until {@link #pump} is due by the limit, in nanoseconds; none if nothing waits. */
  long waitNanos() {
    return linked && up.isPaced() ? pace.waitNanos() : Long.MAX_VALUE;
  }
}
