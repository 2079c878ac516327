package org.multiuser.network.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.file.Digest;

@DisplayName("[CH9] A certificate")
class TrustTest {
  private static final String PLACE = "host.example:5555";
  private static final Digest SHOWN = Digest.ofContent(new byte[] {1});
  private static final Digest OTHER = Digest.ofContent(new byte[] {2});
  private static final Optional<Digest> NONE = Optional.empty();

  @Test
  @DisplayName("is the one that the invite says, or refused, whoever vouches for it or knew it")
  void told() {
    assertEquals(new Trust.Accepted(false), judge(Optional.of(SHOWN), NONE, TrustTest::notAsked));
    assertEquals(
        new Trust.Accepted(false),
        judge(Optional.of(SHOWN), Optional.of(OTHER), TrustTest::notAsked));
    String text = refusal(judge(Optional.of(OTHER), Optional.of(SHOWN), () -> true));
    assertTrue(text.contains("invited"), text);
  }

  @Test
  @DisplayName("is accepted where it was seen before; nobody else is asked")
  void known() {
    assertEquals(new Trust.Accepted(false), judge(NONE, Optional.of(SHOWN), TrustTest::notAsked));
  }

  @Test
  @DisplayName("that is another one than before is refused, with both and what to do")
  void changed() {
    String text = refusal(judge(NONE, Optional.of(OTHER), () -> false));
    assertTrue(text.contains("Forget Certificate"), text);
    assertTrue(text.contains("agent forget " + PLACE), text);
  }

  @Test
  @DisplayName("that is vouched for by name is accepted, and not remembered; also another one")
  void named() {
    assertEquals(new Trust.Accepted(false), judge(NONE, NONE, () -> true));
    assertEquals(new Trust.Accepted(false), judge(NONE, Optional.of(OTHER), () -> true));
  }

  @Test
  @DisplayName("that nobody knows is taken at the first time, and remembered")
  void first() {
    assertEquals(new Trust.Accepted(true), judge(NONE, NONE, () -> false));
    assertTrue(Trust.firstTime(PLACE, SHOWN).contains(SHOWN.hex()));
  }

  private static boolean notAsked() {
    throw new AssertionError("authorities are asked only where it counts");
  }

  private static Trust.Verdict judge(
      Optional<Digest> told, Optional<Digest> known, BooleanSupplier isNamed) {
    return Trust.judge(PLACE, SHOWN, told, known, isNamed);
  }

  /** Names the place and both fingerprints. */
  private static String refusal(Trust.Verdict verdict) {
    String text = assertInstanceOf(Trust.Refused.class, verdict).text();
    assertTrue(text.contains(PLACE), text);
    assertTrue(text.contains(SHOWN.hex()) && text.contains(OTHER.hex()), text);
    return text;
  }
}
