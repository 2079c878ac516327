package org.multiuser.server.room;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.model.Role;

/**
 * Judges names and passwords of those who log in (SPEC LI1–LI3). What cannot be said of a password
 * at once is asked for, one at a time, so a flood of guesses costs one core at most; of those who
 * wait meanwhile there are few. Stepped, by the hall's thread.
 */
final class Door {
  /** Log-ins that may wait until their passwords are compared: some three seconds of work. */
  static final int MOST_WAITING = 64;

  /** Those of them that one origin may have whose last guess was wrong. */
  static final int MOST_WAITING_OF_ONE = 8;

  private final Passwords passwords;
  private final Outbox out;
  private final Entrance entrance;
  private final BackOff backOff = new BackOff();

  /** The first one is being judged. */
  private final Deque<Waiting> waiting = new ArrayDeque<>();

  /** Where those go who may enter. */
  interface Entrance {
    /** The passwords are right. */
    void enter(Peer peer, Message.Login login, Role granted, long nowNanos);
  }

  private record Waiting(Peer peer, Message.Login login, Passwords.Kind kind) {}

  Door(Passwords passwords, Outbox out, Entrance entrance) {
    this.passwords = passwords;
    this.out = out;
    this.entrance = entrance;
  }

  /** Whether members need a password. */
  boolean isLocked() {
    return passwords.needed();
  }

  /** Somebody wants to log in. */
  void knock(Peer peer, Message.Login raw, long nowNanos) {
    Optional<Message.Login> tidy = Admission.tidy(raw);
    if (tidy.isEmpty()) {
      refuse(
          peer,
          raw,
          ErrorCode.BAD_NAME,
          "Use 1 to 64 plain characters, and none that hide or turn text, for every name.");
    } else if (backOff.mustWait(key(peer, kind(tidy.get())), nowNanos)) {
      refuseTooFast(peer, tidy.get());
    } else {
      judge(peer, tidy.get(), nowNanos);
    }
  }

  private void judge(Peer peer, Message.Login login, long nowNanos) {
    Passwords.Kind kind = kind(login);
    if (kind == Passwords.Kind.SERVER && !passwords.needed()) {
      judged(peer, login, kind, true, nowNanos);
      return;
    }
    Optional<Boolean> atOnce = passwords.check(kind, given(login, kind));
    if (atOnce.isPresent()) {
      judged(peer, login, kind, atOnce.get(), nowNanos);
      return;
    }
    if (waiting.size() >= MOST_WAITING || hasMany(peer, kind)) {
      refuseTooFast(peer, login);
      return;
    }
    peer.stage = new Peer.Waiting();
    waiting.add(new Waiting(peer, login, kind));
    if (waiting.size() == 1) {
      ask(waiting.peek());
    }
  }

  /** A whole studio may come back at once from one address; one that has guessed wrong may not. */
  private boolean hasMany(Peer peer, Passwords.Kind kind) {
    return backOff.knows(key(peer, kind))
        && waiting.stream().filter(one -> one.peer.origin.equals(peer.origin)).count()
            >= MOST_WAITING_OF_ONE;
  }

  /** Who knows one password is not known to know the other: each has its own count. */
  private static String key(Peer peer, Passwords.Kind kind) {
    return kind + " " + peer.origin;
  }

  private void ask(Waiting one) {
    out.add(new Effect.CheckPassword(one.peer.link, one.kind, given(one.login, one.kind)));
  }

  /** The slow work on the first of those who wait is done. */
  void checked(Event.PasswordChecked result, long nowNanos) {
    Waiting first = waiting.peek();
    if (first == null || !first.peer.link.equals(result.link())) {
      throw new IllegalStateException("nobody asked about " + result.link());
    }
    waiting.poll();
    try {
      if (first.peer.stage instanceof Peer.Waiting) {
        judged(first.peer, first.login, first.kind, result.right(), nowNanos);
      } else if (!result.right()) {
        backOff.failed(key(first.peer, first.kind), nowNanos); // It hung up, but it has guessed.
      }
    } finally {
      next(nowNanos); // Whatever became of this one, the others wait for their turn (ER4).
    }
  }

  /** What was asked meanwhile may be told at once by now, or too soon after a wrong one. */
  private void next(long nowNanos) {
    while (!waiting.isEmpty()) {
      Waiting one = waiting.peek();
      Optional<Boolean> atOnce = passwords.check(one.kind, given(one.login, one.kind));
      if (!(one.peer.stage instanceof Peer.Waiting)) {
        waiting.poll();
      } else if (backOff.mustWait(key(one.peer, one.kind), nowNanos)) {
        waiting.poll();
        refuseTooFast(one.peer, one.login);
      } else if (atOnce.isPresent()) {
        waiting.poll();
        judged(one.peer, one.login, one.kind, atOnce.get(), nowNanos);
      } else {
        ask(one);
        return;
      }
    }
  }

  private void judged(
      Peer peer, Message.Login login, Passwords.Kind kind, boolean right, long nowNanos) {
    if (!right) {
      backOff.failed(key(peer, kind), nowNanos);
      refuse(peer, login, ErrorCode.WRONG_PASSWORD, "The password is wrong; ask the host.");
      return;
    }
    backOff.succeeded(key(peer, kind));
    Role granted = kind == Passwords.Kind.ADMIN ? Role.ADMIN : Role.EDITOR;
    entrance.enter(peer, login, granted, nowNanos);
  }

  /** An admin's password suffices for both (SPEC LI2). */
  private static Passwords.Kind kind(Message.Login login) {
    return login.adminPassword().isEmpty() ? Passwords.Kind.SERVER : Passwords.Kind.ADMIN;
  }

  private static String given(Message.Login login, Passwords.Kind kind) {
    return kind == Passwords.Kind.ADMIN ? login.adminPassword() : login.serverPassword();
  }

  private void refuseTooFast(Peer peer, Message.Login login) {
    refuse(peer, login, ErrorCode.TOO_FAST, "Wait a few seconds before the next try.");
  }

  /** Tells a peer why it may not log in; it may try again. */
  void refuse(Peer peer, Message.Login login, ErrorCode code, String text) {
    peer.stage = new Peer.Greeted();
    out.figures().refused(Tally.Matter.LOGIN, code);
    if (code != ErrorCode.TOO_FAST) { // One may say so all the time; what it waits for was told.
      out.log(
          LogLine.of("login.refused")
              .with("code", code)
              .with("user", login.userName())
              .with("session", login.session())
              .with("address", peer.address));
    }
    out.send(peer.link, new Message.Failed(login.request(), code, text));
  }

  /** Forgets what is long past. */
  void tick(long nowNanos) {
    backOff.tick(nowNanos);
  }
}
