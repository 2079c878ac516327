package org.multiuser.server.storage;

/** What an acknowledgement of the server means (SPEC DU1, DU2). */
public enum Durability {
  /** It survives the death of the process and of the machine: every batch is synced to the disk. */
  FULL,

  /** It survives the death of the process; the death of the machine may cost the last batches. */
  NORMAL
}
