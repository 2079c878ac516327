package org.multiuser.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.model.Role;
import org.multiuser.protocol.model.User;
import org.multiuser.protocol.model.Value;

/** Who is told to be where, though Users and presence come over links that wait for no other. */
class CompanyTest {
  private static final UUID ME = new UUID(1, 1);
  private static final UUID ANN = new UUID(1, 2);
  private static final Value.Fields HERE =
      new Value.Fields(new TreeMap<>(Map.of("frame", new Value.Int(7))));

  private final Company company = new Company(ME, new Outgoing());

  @Test
  @DisplayName("[PR2, SE8] a presence that comes after its user left shows nobody")
  void afterLeaving() {
    company.users(List.of(user(ME), user(ANN)));
    company.present(ANN, HERE);
    assertEquals(Map.of(ANN, HERE), company.presences());
    company.users(List.of(user(ME)));
    company.present(ANN, HERE);
    assertEquals(Map.of(), company.presences());
  }

  @Test
  @DisplayName("[PR2, SE8] one that comes before its user is known is shown from then on")
  void beforeJoining() {
    company.users(List.of(user(ME)));
    company.present(ANN, HERE);
    company.users(List.of(user(ME), user(ANN)));
    assertEquals(Map.of(ANN, HERE), company.presences());
  }

  @Test
  @DisplayName("of users whom nobody knows only so many are kept")
  void made() {
    company.users(List.of(user(ME), user(ANN)));
    for (int i = 0; i < 2 * Company.MOST_KEPT; i++) {
      company.present(new UUID(9, i), HERE);
    }
    company.present(ANN, HERE);
    assertEquals(Company.MOST_KEPT + 1, company.kept());
    assertEquals(Map.of(ANN, HERE), company.presences());
  }

  private static User user(UUID id) {
    return new User(id, "user", Role.EDITOR, 0, true, 1);
  }
}
