package org.multiuser.repository;

import java.util.UUID;
import org.multiuser.protocol.commit.Commit;

/** A store that keeps nothing, for tests that look at one thing which it is told. */
public class KeepsNothing implements PendingStore {
  @Override
  public void append(Commit commit) {}

  @Override
  public void release(long waited, Commit commit) {}

  @Override
  public void settle(long counter) {}

  @Override
  public void setAside(UUID incarnation) {}
}
