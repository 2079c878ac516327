/** Where sessions are kept: in memory for tests, in one SQLite file each for real. */
package org.multiuser.server.storage;
