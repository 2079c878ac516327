package org.multiuser.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.file.Digest;

/** What an invite says, as the agent's commands take it. */
class InviteTest {
  private static final String DIGITS = Digest.ofContent(new byte[] {1}).hex();

  @Test
  @DisplayName("an invite says server, certificate, session and password")
  void whole() {
    Invite invite =
        Invite.parse("multiuser://[::1]:7000/shot-10?fp=" + DIGITS + "&pw=a%20b%2B+%26%3D");
    assertEquals("::1", invite.address().host());
    assertEquals(7000, invite.address().port());
    assertEquals(DIGITS, invite.address().security().fingerprint().orElseThrow().hex());
    assertEquals("shot-10", invite.session());
    assertEquals("a b++&=", invite.password());
  }

  @Test
  @DisplayName("what is left out is empty")
  void least() {
    Invite invite = Invite.parse("multiuser://host?plain=1");
    assertTrue(invite.address().security().plain());
    assertEquals(5555, invite.address().port());
    assertEquals("", invite.session());
    assertEquals("", invite.password());
  }

  @Test
  @DisplayName("what is none says what one looks like")
  void wrong() {
    String said =
        assertThrows(
                IllegalArgumentException.class,
                () -> Invite.parse("multiuser://host:5555/main?plain=1&pw=%zz"))
            .getMessage();
    assertTrue(said.contains("multiuser://HOST"), said);
    assertThrows(IllegalArgumentException.class, () -> Invite.parse("multiuser:///main"));
  }
}
