package org.multiuser.protocol.model;

import java.util.UUID;

/**
 * A user of a session as everyone sees it.
 *
 * @param id the identity that the client chose at log-in (SPEC ID2)
 * @param name the name shown
 * @param role what the user may do
 * @param colour the user's colour, 0xRRGGBB
 * @param online false while the link is lost but the session is still kept (SPEC HB4)
 * @param pingMillis the last measured round trip, or -1 if none is known
 */
public record User(UUID id, String name, Role role, int colour, boolean online, int pingMillis) {}
