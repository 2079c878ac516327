package org.multiuser.server.room;

import org.multiuser.protocol.message.Channel;

/**
 * One connection of one peer on one channel.
 *
 * @param channel the channel
 * @param number never used twice while the server runs
 */
public record Link(Channel channel, long number) {}
