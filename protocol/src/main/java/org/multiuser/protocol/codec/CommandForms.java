package org.multiuser.protocol.codec;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message.ChangeOwner;
import org.multiuser.protocol.message.Message.Done;
import org.multiuser.protocol.message.Message.Failed;
import org.multiuser.protocol.message.Message.Hello;
import org.multiuser.protocol.message.Message.Initialise;
import org.multiuser.protocol.message.Message.InitialiseDone;
import org.multiuser.protocol.message.Message.Kick;
import org.multiuser.protocol.message.Message.Leave;
import org.multiuser.protocol.message.Message.LoggedIn;
import org.multiuser.protocol.message.Message.Login;
import org.multiuser.protocol.message.Message.SessionInfo;
import org.multiuser.protocol.message.Message.SetRole;
import org.multiuser.protocol.message.Message.StateChanged;
import org.multiuser.protocol.message.Message.Users;
import org.multiuser.protocol.message.Message.Welcome;
import org.multiuser.protocol.message.OwnerAction;
import org.multiuser.protocol.model.Role;
import org.multiuser.protocol.model.SessionState;
import org.multiuser.protocol.model.User;

/** The messages of Commands, numbers 1 to 19 (SPEC ME2). */
final class CommandForms {
  static final List<MessageForm<?>> FORMS =
      List.of(
          new MessageForm<>(
              1,
              Hello.class,
              3,
              (m, out) -> out.integer(m.major()).integer(m.minor()).text(m.software()),
              in -> new Hello(number(in), number(in), text(in))),
          new MessageForm<>(
              2, Welcome.class, 4, CommandForms::writeWelcome, CommandForms::readWelcome),
          new MessageForm<>(3, Login.class, 10, CommandForms::writeLogin, CommandForms::readLogin),
          new MessageForm<>(
              4, LoggedIn.class, 8, CommandForms::writeLoggedIn, CommandForms::readLoggedIn),
          new MessageForm<>(
              5, Done.class, 1, (m, out) -> out.integer(m.request()), in -> new Done(in.count())),
          new MessageForm<>(
              6,
              Failed.class,
              3,
              (m, out) -> out.integer(m.request()).constant(m.code()).text(m.text()),
              in -> new Failed(in.count(), in.oneOf(ErrorCode.values()), text(in))),
          new MessageForm<>(
              7,
              Initialise.class,
              2,
              (m, out) -> out.integer(m.request()).bool(m.empty()),
              in -> new Initialise(in.count(), in.bool())),
          new MessageForm<>(
              8,
              InitialiseDone.class,
              2,
              (m, out) -> out.integer(m.request()).integer(m.counter()),
              in -> new InitialiseDone(in.count(), in.count())),
          new MessageForm<>(
              9,
              ChangeOwner.class,
              4,
              CommandForms::writeChangeOwner,
              CommandForms::readChangeOwner),
          new MessageForm<>(
              10,
              Kick.class,
              4,
              (m, out) -> out.integer(m.request()).uuid(m.user()).text(m.reason()).bool(m.ban()),
              in -> new Kick(in.count(), in.uuid(), text(in), in.bool())),
          new MessageForm<>(
              11,
              Leave.class,
              1,
              (m, out) -> out.integer(m.request()),
              in -> new Leave(in.count())),
          new MessageForm<>(
              12,
              StateChanged.class,
              2,
              (m, out) -> out.constant(m.state()).uuid(m.incarnation()),
              in -> new StateChanged(in.oneOf(SessionState.values()), in.uuid())),
          new MessageForm<>(13, Users.class, 1, CommandForms::writeUsers, CommandForms::readUsers),
          new MessageForm<>(
              16,
              SetRole.class,
              3,
              (m, out) -> out.integer(m.request()).uuid(m.user()).constant(m.role()),
              in -> new SetRole(in.count(), in.uuid(), in.oneOf(Role.values()))),
          VerifyForms.VERIFY,
          VerifyForms.VERIFIED);

  /** Tokens and secrets have 32 bytes (SPEC LI4); a little more does no harm. */
  static final int TOKEN_BYTES = 64;

  private static final int TEXT_BYTES = 4096;
  private static final int COLOURS = 0x1000000;

  private CommandForms() {}

  private static void writeWelcome(Welcome m, MsgWriter out) throws IOException {
    out.integer(m.major()).integer(m.minor()).text(m.software()).array(m.sessions().size());
    for (SessionInfo session : m.sessions()) {
      out.array(5).text(session.name()).constant(session.state());
      out.integer(session.users()).bool(session.passwordNeeded()).text(session.blenderVersion());
    }
  }

  private static Welcome readWelcome(MsgReader in) throws IOException {
    int major = number(in);
    int minor = number(in);
    String software = text(in);
    int size = in.array();
    List<SessionInfo> sessions = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      in.array(5);
      sessions.add(
          new SessionInfo(
              text(in), in.oneOf(SessionState.values()), number(in), in.bool(), text(in)));
    }
    return new Welcome(major, minor, software, List.copyOf(sessions));
  }

  private static void writeLogin(Login m, MsgWriter out) throws IOException {
    out.integer(m.request()).text(m.session()).uuid(m.client()).binary(m.secret());
    out.text(m.userName()).integer(m.colour());
    out.text(m.serverPassword()).text(m.adminPassword()).text(m.blenderVersion());
    out.bool(m.takeOver());
  }

  private static Login readLogin(MsgReader in) throws IOException {
    return new Login(
        in.count(),
        text(in),
        in.uuid(),
        in.binary(TOKEN_BYTES),
        text(in),
        in.below(COLOURS),
        text(in),
        text(in),
        text(in),
        in.bool());
  }

  private static void writeLoggedIn(LoggedIn m, MsgWriter out) throws IOException {
    out.integer(m.request()).uuid(m.client()).binary(m.token()).binary(m.secret());
    out.constant(m.role()).uuid(m.incarnation()).constant(m.state());
    out.integer(m.timeoutMillis());
  }

  private static LoggedIn readLoggedIn(MsgReader in) throws IOException {
    return new LoggedIn(
        in.count(),
        in.uuid(),
        in.binary(TOKEN_BYTES),
        in.binary(TOKEN_BYTES),
        in.oneOf(Role.values()),
        in.uuid(),
        in.oneOf(SessionState.values()),
        number(in));
  }

  private static void writeChangeOwner(ChangeOwner m, MsgWriter out) throws IOException {
    out.integer(m.request()).constant(m.action()).array(m.nodes().size());
    for (UUID node : m.nodes()) {
      out.uuid(node);
    }
    out.uuid(m.to());
  }

  private static ChangeOwner readChangeOwner(MsgReader in) throws IOException {
    long request = in.count();
    OwnerAction action = in.oneOf(OwnerAction.values());
    List<UUID> nodes = LogEntryCodec.readUuids(in);
    if (nodes.size() > Limits.OWNED_NODES) {
      throw ProtocolException.tooLarge("more than " + Limits.OWNED_NODES + " nodes are named");
    }
    UUID to = in.uuidOrNull();
    if ((to == null) == (action == OwnerAction.GIVE)) {
      throw ProtocolException.bad("a user stands with GIVE and with it alone");
    }
    return new ChangeOwner(request, action, nodes, to);
  }

  private static void writeUsers(Users m, MsgWriter out) throws IOException {
    out.array(m.users().size());
    for (User user : m.users()) {
      out.array(6).uuid(user.id()).text(user.name()).constant(user.role());
      out.integer(user.colour()).bool(user.online()).integer(user.pingMillis());
    }
  }

  private static Users readUsers(MsgReader in) throws IOException {
    int size = in.array();
    List<User> users = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      in.array(6);
      users.add(
          new User(
              in.uuid(),
              text(in),
              in.oneOf(Role.values()),
              in.below(COLOURS),
              in.bool(),
              in.int32()));
    }
    return new Users(List.copyOf(users));
  }

  static int number(MsgReader in) throws IOException {
    return in.below(Integer.MAX_VALUE);
  }

  static String text(MsgReader in) throws IOException {
    return in.text(TEXT_BYTES);
  }
}
