/**
 * The session server's core. Stepped: it takes {@link org.multiuser.server.room.Event}s and the
 * time, and returns {@link org.multiuser.server.room.Effect}s. No sockets, files, threads or clocks
 * in here.
 */
package org.multiuser.server.room;
