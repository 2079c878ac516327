package org.multiuser.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the wait of a thread that polls sockets: a pipe with one byte in it at most. */
public final class WakeUp implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WakeUp.class);

  private final Pipe pipe;

  /** Whether the byte is in the pipe, or about to be. */
  private final AtomicBoolean woken = new AtomicBoolean();

  /** Nothing wakes the thread yet. */
  public WakeUp() {
    try {
      pipe = Pipe.open();
      pipe.source().configureBlocking(false);
      pipe.sink().configureBlocking(false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is to be polled for input. */
  public SelectableChannel source() {
    return pipe.source();
  }

  /** Ends the wait, or the next one; from any thread. Does nothing once this is closed. */
  public void wake() {
    if (woken.compareAndSet(false, true)) {
      try {
        pipe.sink().write(ByteBuffer.wrap(new byte[1]));
      } catch (IOException e) {
        LOG.debug("whom it should wake has ended already: {}", e.toString());
      }
    }
  }

  /**
   * The next wait is one again; to be called before that which woke the thread is looked for. A
   * byte that is about to come is left for the next time: read by nobody it would end every wait.
   */
  public void sleepAgain() {
    try {
      if (woken.get() && pipe.source().read(ByteBuffer.allocate(1)) > 0) {
        woken.set(false);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      pipe.sink().close();
      pipe.source().close();
    } catch (IOException e) {
      LOG.debug("closing the pipe to wake a thread: {}", e.toString());
    }
  }
}
