package org.multiuser.protocol.rights;

import java.util.UUID;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.model.Role;

/** Who may do what (SPEC RI3). Pure: the server decides by it, the client only explains by it. */
public final class Rights {
  private static final Decision ALLOWED = new Decision.Allowed();
  private static final Decision NOT_ALLOWED = new Decision.Denied(ErrorCode.NOT_ALLOWED, null);

  private Rights() {}

  /**
   * Whether a user may do something to a node, or to the session.
   *
   * @param role the user's role
   * @param user the user's identity
   * @param action what the user wants to do
   * @param owner the owner of the node concerned; null for COMMON, for a node that does not exist,
   *     and for INITIALISE, KICK and SET_ROLE, which concern none
   */
  public static Decision may(Role role, UUID user, Action action, UUID owner) {
    if (role == Role.VIEWER) {
      return NOT_ALLOWED;
    }
    boolean admin = role == Role.ADMIN;
    boolean foreign = owner != null && !owner.equals(user);
    return switch (action) {
      case CREATE -> ALLOWED;
      case EDIT -> foreign ? notOwner(owner) : ALLOWED;
      case DELETE, TAKE -> foreign && !admin ? notOwner(owner) : ALLOWED;
      case RELEASE, GIVE -> admin || user.equals(owner) ? ALLOWED : notOwner(owner);
      case INITIALISE, KICK, SET_ROLE -> admin ? ALLOWED : NOT_ALLOWED;
    };
  }

  private static Decision notOwner(UUID owner) {
    return new Decision.Denied(ErrorCode.NOT_OWNER, owner);
  }
}
