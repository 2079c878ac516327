package org.multiuser.protocol.rights;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.model.Role;

class RightsTest {
  private static final UUID ME = new UUID(0, 1);
  private static final UUID OTHER = new UUID(0, 2);

  /**
   * One row per action; columns viewer, editor, admin, each for COMMON, mine, another's. Y allowed,
   * O NOT_OWNER, N NOT_ALLOWED.
   */
  private static final String TABLE =
      """
      CREATE     NNN YYY YYY
      EDIT       NNN YYO YYO
      DELETE     NNN YYO YYY
      TAKE       NNN YYO YYY
      RELEASE    NNN OYO YYY
      GIVE       NNN OYO YYY
      INITIALISE NNN NNN YYY
      KICK       NNN NNN YYY
      SET_ROLE   NNN NNN YYY
      """;

  @Test
  @DisplayName("[RI3] every role, action and owner")
  void table() {
    String[] rows = TABLE.strip().split("\n");
    assertEquals(Action.values().length, rows.length);
    for (String row : rows) {
      String[] cells = row.strip().split(" +");
      Action action = Action.valueOf(cells[0]);
      for (Role role : Role.values()) {
        String expected = cells[1 + List.of(Role.values()).indexOf(role)];
        boolean noNode = action == Action.CREATE;
        check(role, action, null, expected.charAt(0));
        check(role, action, noNode ? null : ME, expected.charAt(1));
        check(role, action, noNode ? null : OTHER, expected.charAt(2));
      }
    }
  }

  private static void check(Role role, Action action, UUID owner, char expected) {
    Decision decision =
        switch (expected) {
          case 'Y' -> new Decision.Allowed();
          case 'O' -> new Decision.Denied(ErrorCode.NOT_OWNER, owner);
          default -> new Decision.Denied(ErrorCode.NOT_ALLOWED, null);
        };
    assertEquals(
        decision, Rights.may(role, ME, action, owner), role + " " + action + " owner " + owner);
  }
}
