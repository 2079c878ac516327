package org.multiuser.server.room;

import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.Optional;
import java.util.regex.Pattern;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.model.SessionName;

/** Who may enter a session under which name (SPEC LI1, LI5–LI7, ID2). Pure. */
final class Admission {
  private static final int MAX_NAME = 64;
  private static final Pattern RELEASE = Pattern.compile("[A-Za-z0-9._ -]{0,32}");

  /** Letters and marks that nothing is seen of. */
  private static final String UNSEEN =
      "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0";

  private static final int VARIATION_SELECTORS = 0xfe00;

  private Admission() {}

  /**
   * The log-in with its names brought into form.
   *
   * @return empty if a name is not allowed
   */
  static Optional<Message.Login> tidy(Message.Login login) {
    // Composed, as the same letters in another form look the same.
    String name = Normalizer.normalize(login.userName().strip(), Normalizer.Form.NFC);
    boolean sound =
        !name.isEmpty()
            && name.codePointCount(0, name.length()) <= MAX_NAME
            && name.codePoints().allMatch(Admission::isPlain)
            && SessionName.isOne(login.session())
            && RELEASE.matcher(login.blenderVersion().strip()).matches();
    if (!sound) {
      return Optional.empty();
    }
    return Optional.of(
        new Message.Login(
            login.request(),
            login.session(),
            login.client(),
            login.secret(),
            name,
            login.colour(),
            login.serverPassword(),
            login.adminPassword(),
            release(login.blenderVersion()),
            login.takeOver()));
  }

  /**
   * Whether a character may be part of a user's name: it is seen where it stands, and means the
   * same to everybody. Else two names could look the same, or one turn the line round in which it
   * stands. So there are no joiners either, which some scripts would have.
   */
  private static boolean isPlain(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> character == ' ';
      default -> UNSEEN.indexOf(character) < 0 && (character & ~0xf) != VARIATION_SELECTORS;
    };
  }

  /** The major.minor of a version. */
  private static String release(String version) {
    String[] numbers = version.strip().split("\\.", 3);
    return numbers.length < 2 ? version.strip() : numbers[0] + "." + numbers[1];
  }

  /**
   * Whether a user may enter. A full session has room as long as one of its members is away.
   *
   * @param member who holds the identity, or null
   * @param holder who holds the name, or null
   * @param maxUsers how many a session has at most (SPEC LM4)
   */
  static Optional<Refusal> judge(
      Message.Login login,
      Participant member,
      Participant holder,
      Roster roster,
      int maxUsers,
      String blenderVersion) {
    if (roster.isBanned(login.client(), login.userName())) {
      return refuse(ErrorCode.BANNED, "You are banned from this session; ask its admin.");
    }
    if (login.client().equals(Commit.SERVER) || !roster.isProven(login.client(), login.secret())) {
      return refuse(ErrorCode.NAME_TAKEN, "This identity belongs to somebody else; join anew.");
    }
    if (holder != null && holder != member && !mayReplace(holder, login)) {
      return refuse(ErrorCode.NAME_TAKEN, "The name is in use; choose another one.");
    }
    boolean comesAnew = member == null && holder == null;
    if (comesAnew && roster.size() >= maxUsers && roster.longestAway().isEmpty()) {
      return refuse(ErrorCode.SESSION_FULL, "The session is full; try again later.");
    }
    if (!blenderVersion.isEmpty()
        && !login.blenderVersion().isEmpty()
        && !login.blenderVersion().equals(blenderVersion)) {
      return refuse(
          ErrorCode.WRONG_BLENDER,
          "This session runs Blender "
              + blenderVersion
              + " and yours is "
              + login.blenderVersion()
              + "; join it with Blender "
              + blenderVersion
              + ".");
    }
    return Optional.empty();
  }

  private static boolean mayReplace(Participant holder, Message.Login login) {
    return same(holder, login) || (login.takeOver() && !holder.online);
  }

  private static boolean same(Participant member, Message.Login login) {
    return MessageDigest.isEqual(member.secret, login.secret());
  }

  private static Optional<Refusal> refuse(ErrorCode code, String text) {
    return Optional.of(new Refusal(code, text));
  }
}
