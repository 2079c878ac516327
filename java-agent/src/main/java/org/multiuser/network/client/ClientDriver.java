package org.multiuser.network.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.multiuser.agent.Effect;
import org.multiuser.protocol.codec.MessageCodec;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/**
 * Owns the agent's one thread: its sockets, its clock and its core. Other threads hand over work by
 * {@link #call}; it sleeps until there is work, a message, or a tick is due.
 */
public final class ClientDriver implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClientDriver.class);
  private static final int MESSAGES_A_TURN = 64;

  /**
   * Far away and with losses an answer takes seconds; a Leave that is lost keeps the name taken.
   */
  private static final int LEAVE_MILLIS = 5_000;

  private static final int JOIN_MILLIS = LEAVE_MILLIS + 1_000;

  private final ClientCore core;
  private final Thread thread;
  private final Pipe wakeUp;
  private final AtomicBoolean woken = new AtomicBoolean();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final ZContext context = new ZContext();
  private volatile boolean closing;
  private ZMQ.Poller poller;
  private Links links;
  private long attempts;
  private long cutUntilNanos;
  private boolean cut;

  /**
   * Starts the thread.
   *
   * @param name the thread's name
   */
  public ClientDriver(String name, ClientCore core) {
    this.core = core;
    try {
      wakeUp = Pipe.open();
      wakeUp.source().configureBlocking(false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Runs work on the driver's thread and waits for it. Any thread may call; on the driver's own it
   * runs at once.
   *
   * @throws IllegalStateException if the driver is closed
   * @throws RuntimeException what the work threw
   */
  public <T> T call(Callable<T> work) {
    if (Thread.currentThread() == thread) {
      return run(work);
    }
    CompletableFuture<T> result = new CompletableFuture<>();
    tasks.add(
        () -> {
          try {
            result.complete(run(work));
          } catch (RuntimeException e) {
            result.completeExceptionally(e);
          }
        });
    if (closing) {
      throw new IllegalStateException("the agent is closed");
    }
    wake();
    try {
      return result.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        cause.addSuppressed(new IllegalStateException("asked for here"));
        throw cause;
      }
      throw e;
    }
  }

  /** Runs work on the driver's thread, soon; not at all if that has ended. Any thread may call. */
  public void post(Runnable work) {
    tasks.add(work);
    if (!closing) {
      wake();
    }
  }

  /**
   * For tests: drops the links at once and refuses new ones for so long; on the driver's thread.
   */
  public void cut(int millis) {
    cutUntilNanos = System.nanoTime() + millis * 1_000_000L;
    cut = true;
    lost("The link was cut for a test.", System.nanoTime());
  }

  /** Closes the links, ends the thread and waits for that. */
  @Override
  public void close() {
    closing = true;
    wake();
    try {
      thread.join(JOIN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static <T> T run(Callable<T> work) {
    try {
      return work.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void wake() {
    if (woken.compareAndSet(false, true)) {
      try {
        wakeUp.sink().write(ByteBuffer.wrap(new byte[1]));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void run() {
    rebuild();
    while (!closing) {
      try {
        turn();
      } catch (RuntimeException e) {
        LOG.error("the agent's thread met an error and goes on", e);
        lost("The agent met an internal error: " + e.getMessage(), System.nanoTime());
      }
    }
    runTasks();
    perform();
    closeLinks();
    context.close();
  }

  private void turn() {
    poller.poll(tasks.isEmpty() ? core.waitMillis(System.nanoTime()) : 0);
    runTasks();
    receive();
    core.tick(System.nanoTime());
    perform();
  }

  private void runTasks() {
    if (woken.get()) {
      try {
        wakeUp.source().read(ByteBuffer.allocate(16));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      woken.set(false);
    }
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  private void receive() {
    if (links == null) {
      return;
    }
    for (Channel channel : Channel.values()) {
      receive(channel);
    }
    if (links != null) {
      Optional<String> trouble = links.trouble();
      trouble.ifPresent(text -> lost(text, System.nanoTime()));
    }
  }

  private void receive(Channel channel) {
    for (int i = 0; i < MESSAGES_A_TURN && links != null; i++) {
      byte[] frame = links.socket(channel).recv(ZMQ.DONTWAIT);
      if (frame == null) {
        return;
      }
      try {
        core.receive(channel, MessageCodec.decode(frame), frame.length, System.nanoTime());
      } catch (ProtocolException e) {
        lost("The server sent something unreadable: " + e.getMessage(), System.nanoTime());
      }
    }
  }

  private void perform() {
    for (Effect effect : core.drain()) {
      if (effect instanceof Effect.Open open) {
        open(open);
      } else if (effect instanceof Effect.Close) {
        closeLinks();
      } else if (effect instanceof Effect.Send send && links != null) {
        byte[] frame = MessageCodec.encode(send.message());
        core.sent(frame.length);
        links.socket(send.channel()).send(frame, ZMQ.DONTWAIT);
        if (send.message() instanceof Message.Leave leave) {
          awaitAnswer(leave.request());
        }
      }
    }
  }

  /**
   * Waits until the server has carried out a Leave. Closing at once could lose it: a connection
   * that is closed with something unread is reset, and takes along what was on its way.
   */
  private void awaitAnswer(long request) {
    long end = System.nanoTime() + LEAVE_MILLIS * 1_000_000L;
    ZMQ.Socket commands = links.socket(Channel.COMMANDS);
    for (long left = LEAVE_MILLIS; left > 0; left = (end - System.nanoTime()) / 1_000_000) {
      commands.setReceiveTimeOut((int) left);
      byte[] frame = commands.recv();
      try {
        if (frame == null
            || (MessageCodec.decode(frame) instanceof Message.Done done
                && done.request() == request)) {
          return;
        }
      } catch (ProtocolException e) {
        return; // The link is closed next anyway.
      }
    }
  }

  private void open(Effect.Open open) {
    closeLinks();
    long now = System.nanoTime();
    if (cut && now - cutUntilNanos < 0) {
      core.linkLost("The link is cut for a test.", now);
      return;
    }
    cut = false;
    try {
      links = Links.open(context, open.host(), open.port(), ++attempts);
      rebuild();
    } catch (ZMQException | IllegalArgumentException | UncheckedIOException e) {
      core.linkLost("There is no server address " + open.host() + ":" + open.port() + ".", now);
    }
  }

  private void lost(String text, long nowNanos) {
    closeLinks();
    core.linkLost(text, nowNanos);
  }

  private void closeLinks() {
    if (links != null) {
      links.close();
      links = null;
      rebuild();
    }
  }

  private void rebuild() {
    if (poller != null) {
      poller.close();
    }
    poller = context.createPoller(9);
    poller.register(wakeUp.source(), ZMQ.Poller.POLLIN);
    if (links != null) {
      links.register(poller);
    }
  }
}
