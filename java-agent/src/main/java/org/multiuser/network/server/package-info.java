/** The server's network side: the gate that owns the public ports, and the ZeroMQ driver. */
package org.multiuser.network.server;
