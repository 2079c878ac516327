/**
 * The agent's side of the tie to Blender (docs/bridge.md): shared memory, the Py4J gateway, and the
 * one facade behind it. Knows the protocol's model and its own {@link
 * org.multiuser.bridge.AgentPort}; never a socket to a server.
 */
package org.multiuser.bridge;
