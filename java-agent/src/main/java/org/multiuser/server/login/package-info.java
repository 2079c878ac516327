/** The passwords of a server: hashes, and the thread on which they are compared. */
package org.multiuser.server.login;
