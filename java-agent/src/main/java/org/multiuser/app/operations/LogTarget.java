package org.multiuser.app.operations;

import java.io.OutputStream;

/** Where log lines go that would else go to the terminal. */
public interface LogTarget {
  /** From now on each line goes here, with one call, on a thread that may wait. */
  void through(OutputStream lines);

  /** Undoes it; what waits is written before. */
  void back();
}
