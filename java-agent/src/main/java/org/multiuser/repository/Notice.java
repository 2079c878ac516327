package org.multiuser.repository;

import java.util.UUID;
import org.multiuser.protocol.message.ErrorCode;

/**
 * Something about a node that its artist should know.
 *
 * @param node the node, or null if it is about the whole session
 * @param code why an edit was refused, or null where nothing was refused
 * @param owner the user who owns the node (now), or null
 */
public record Notice(String text, UUID node, ErrorCode code, UUID owner) {}
