package org.multiuser.network.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.multiuser.agent.Effect;
import org.multiuser.network.WakeUp;
import org.multiuser.network.trust.ServerTrust;
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

  /** How long it may take to find out why a link in clear was ended; then twice as long at most. */
  private static final int PROBE_MILLIS = 1_500;

  private static final int JOIN_MILLIS = LEAVE_MILLIS + 1_000;

  private final ClientCore core;
  private final Thread thread;
  private final WakeUp wakeUp = new WakeUp();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final ZContext context = new ZContext();
  private volatile boolean closing;
  private final ServerTrust trust;
  private Tunnels tunnels;
  private Effect.Open wanted;
  private boolean isHeard;
  private ZMQ.Poller poller;
  private Links links;
  private long attempts;
  private long cutUntilNanos;
  private boolean cut;

  /**
   * Starts the thread.
   *
   * @param name the thread's name
   * @param trust whom to take for the servers
   */
  public ClientDriver(String name, ServerTrust trust, ClientCore core) {
    this.core = core;
    this.trust = trust;
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Runs work on the driver's thread and waits for it. Any thread may call; on the driver's own it
   * runs at once.
   *
   * @throws IllegalStateException if the driver is closed
   * @throws RuntimeException what the work threw, also an Error
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
          } catch (Throwable e) { // Whatever it is, somebody waits for it.
            result.completeExceptionally(e);
          }
        });
    if (closing) {
      throw new IllegalStateException("the agent is closed");
    }
    wakeUp.wake();
    try {
      return result.join();
    } catch (CompletionException e) {
      e.getCause().addSuppressed(new IllegalStateException("asked for here"));
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** Runs work on the driver's thread, soon; not at all if that has ended. Any thread may call. */
  public void post(Runnable work) {
    tasks.add(work);
    if (!closing) {
      wakeUp.wake();
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
    wakeUp.wake();
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

  private void run() {
    try {
      rebuild();
      while (!closing) {
        goOn();
      }
    } finally {
      closing = true; // From now on nobody waits for a task that was not in the queue before.
      end();
    }
  }

  /** Also after an Error: if the thread ended, Blender would wait for its answers for ever. */
  private void goOn() {
    try {
      turn();
    } catch (Throwable e) {
      LOG.error("the agent's thread met an error and goes on", e);
      lost("The agent met an internal error: " + e.getMessage(), System.nanoTime());
    }
  }

  private void end() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      last(task);
    }
    last(this::perform);
    last(this::closeLinks);
    last(context::close);
    last(
        () -> {
          if (tunnels != null) {
            tunnels.close();
          }
        });
    last(wakeUp::close);
  }

  /** Whatever one of the last steps meets, the others are taken. */
  private static void last(Runnable step) {
    try {
      step.run();
    } catch (Throwable e) {
      LOG.error("the agent's thread met an error while it ended", e);
    }
  }

  private void turn() {
    poller.poll(tasks.isEmpty() ? core.waitMillis(System.nanoTime()) : 0);
    runTasks();
    receive();
    core.tick(System.nanoTime());
    perform();
  }

  private void runTasks() {
    wakeUp.sleepAgain();
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
      links.trouble().ifPresent(this::troubled);
    }
  }

  private void troubled(Trouble trouble) {
    long now = System.nanoTime();
    if (trouble.isRefusal()) {
      closeLinks();
      core.linkRefused(trouble.text(), now);
    } else if (links.isEncrypted() || isHeard) {
      lost(trouble.text(), now);
    } else {
      endedInClear(trouble.text());
    }
  }

  /** Before the server said anything: perhaps it encrypts. To find out takes a while. */
  private void endedInClear(String text) {
    closeLinks();
    Effect.Open asked = wanted;
    long attempt = attempts;
    Thread asking =
        new Thread(
            () -> {
              String why = TlsProbe.explain(asked.host(), asked.port(), PROBE_MILLIS, text);
              post(
                  () -> {
                    if (attempts == attempt) {
                      core.linkLost(why, System.nanoTime());
                    }
                  });
            },
            "why");
    asking.setDaemon(true);
    asking.start();
  }

  private void receive(Channel channel) {
    for (int i = 0; i < MESSAGES_A_TURN && links != null; i++) {
      byte[] frame = links.socket(channel).recv(ZMQ.DONTWAIT);
      if (frame == null) {
        return;
      }
      isHeard = true;
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
    wanted = open;
    isHeard = false;
    attempts++;
    String address = ServerCheck.address(open.host(), open.port());
    try {
      links =
          open.security().plain()
              ? Links.plain(context, open.host(), open.port(), attempts)
              : Links.through(tunnel(open), context, address, attempts);
      rebuild();
    } catch (ZMQException | IllegalArgumentException | UncheckedIOException e) {
      core.linkLost("There is no server address " + address + ".", now);
    } catch (IOException e) {
      core.linkLost("The agent cannot listen on this computer: " + e.getMessage(), now);
    }
  }

  private Tunnel tunnel(Effect.Open open) throws IOException {
    if (tunnels == null) {
      tunnels = new Tunnels(trust, true); // Late: an agent is ready sooner without it.
    }
    return tunnels.open(
        open.host(),
        open.port(),
        open.security().fingerprint(),
        EnumSet.allOf(Channel.class),
        text -> post(() -> core.told(text)));
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
