package org.multiuser.network.server;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.multiuser.network.WakeUp;
import org.multiuser.protocol.codec.MessageCodec;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.server.room.Answer;
import org.multiuser.server.room.Effect;
import org.multiuser.server.room.Event;
import org.multiuser.server.room.FileKeeper;
import org.multiuser.server.room.Hall;
import org.multiuser.server.room.Keeper;
import org.multiuser.server.room.Link;
import org.multiuser.server.room.LogLine;
import org.multiuser.server.room.Order;
import org.multiuser.server.room.PasswordKeeper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * Feeds the hall with what comes in on the four ROUTER sockets and carries out what it wants. All
 * of {@link #doWork} and {@link #shutDown} is called from one thread, which owns the sockets and
 * the hall; {@link #post} and the gate's events come from any.
 */
public final class ServerDriver implements GateListener {
  private static final Logger LOG = LoggerFactory.getLogger("org.multiuser.server");
  private static final int MESSAGES_A_ROUND = 1000;

  /** Messages that may wait for a peer on Subscriber, where its credit limits their bytes. */
  private static final int HIGH_WATER_MARK = 4000;

  /** Messages that may wait otherwise, for one peer or from it: they bound the memory it takes. */
  private static final int LOW_WATER_MARK = 256;

  private static final long MAX_FRAME_BYTES = 1L << 20;
  private static final long CLOGGED_MILLIS = 5;
  private static final long TICK_NANOS = 20_000_000L;
  private static final long SETTLE_NANOS = 10_000_000_000L;
  private static final int LINGER_MILLIS = 300;

  private final Hall hall;
  private final LongSupplier nanoClock;
  private final ZContext context = new ZContext(1);
  private final Map<Channel, ZMQ.Socket> routers = new EnumMap<>(Channel.class);
  private final Map<Channel, Integer> ports = new EnumMap<>(Channel.class);
  private final ZMQ.Poller poller = context.createPoller(Channel.values().length + 1);
  private final Outgoing outgoing;
  private final Queue<Event> posted = new ConcurrentLinkedQueue<>();
  private final WakeUp wakeUp = new WakeUp();
  private final Set<Link> open = new HashSet<>();
  private final Questions questions = new Questions();
  private final Traffic traffic = new Traffic();
  private Keeper keeper;
  private FileKeeper files;
  private PasswordKeeper passwords;
  private LinkControl links;
  private long tickedNanos;

  /**
   * A driver with its sockets bound on loopback; {@link #wire} comes next.
   *
   * @param pendingBytes what may wait for one link to take it; beyond that it ends (SPEC LM9)
   */
  public ServerDriver(Hall hall, LongSupplier nanoClock, long pendingBytes) {
    outgoing = new Outgoing(routers, pendingBytes);
    this.hall = hall;
    this.nanoClock = nanoClock;
    for (Channel channel : Channel.values()) {
      ZMQ.Socket router = context.createSocket(SocketType.ROUTER);
      router.setRouterMandatory(true);
      router.setSndHWM(channel == Channel.SUBSCRIBER ? HIGH_WATER_MARK : LOW_WATER_MARK);
      router.setRcvHWM(LOW_WATER_MARK);
      router.setMaxMsgSize(MAX_FRAME_BYTES);
      router.setLinger(LINGER_MILLIS);
      ports.put(channel, router.bindToRandomPort("tcp://127.0.0.1"));
      routers.put(channel, router);
      poller.register(router, ZMQ.Poller.POLLIN);
    }
    poller.register(wakeUp.source(), ZMQ.Poller.POLLIN);
  }

  /** The loopback port of each channel's socket. */
  public Map<Channel, Integer> ports() {
    return Map.copyOf(ports);
  }

  /**
   * Hands over whom the driver works with; once, before anything else.
   *
   * @param keeper carries out the work on the stores
   * @param files keeps the sessions' files
   * @param passwords compares passwords with their hashes
   * @param links ends and slows links
   */
  public void wire(Keeper keeper, FileKeeper files, PasswordKeeper passwords, LinkControl links) {
    this.keeper = keeper;
    this.files = files;
    this.passwords = passwords;
    this.links = links;
  }

  /** Asks the hall from any thread; who never gets an answer has to give up by himself. */
  public CompletableFuture<Answer> ask(Order order) {
    Questions.Question question = questions.ask(order);
    post(question.event());
    return question.answer();
  }

  /** What goes over the links. */
  public Traffic traffic() {
    return traffic;
  }

  /** What waits for peers to take it, in bytes. From any thread. */
  public long waitingBytes() {
    return outgoing.waitingBytes();
  }

  /** Hands in an event from any thread. */
  public void post(Event event) {
    posted.add(event);
    wake();
  }

  @Override
  public void refused() {
    traffic.refused();
  }

  @Override
  public void opened(Link link, String address) {
    traffic.connected();
    posted.add(new Event.Opened(link, address));
  }

  @Override
  public void gone(Link link) {
    post(new Event.Gone(link));
  }

  /** Makes a waiting {@link #doWork} return soon. From any thread. */
  public void wake() {
    wakeUp.wake();
  }

  /** Waits for something to do, for a quarter of a second at most, and does what is at hand. */
  public void doWork() {
    long wait = hall.waitMillis();
    poller.poll(outgoing.isClogged() ? Math.min(wait, CLOGGED_MILLIS) : wait);
    wakeUp.sleepAgain();
    takePosted();
    for (Channel channel : Channel.values()) {
      receive(channel);
    }
    long now = nanoClock.getAsLong();
    if (now - tickedNanos >= TICK_NANOS) {
      tickedNanos = now;
      step(new Event.Tick());
    }
    outgoing.retry();
    carryOut(hall.pump());
  }

  private void takePosted() {
    for (Event event = posted.poll(); event != null; event = posted.poll()) {
      if (event instanceof Event.Opened opened) {
        open.add(opened.link());
      } else if (event instanceof Event.Gone gone) {
        open.remove(gone.link());
        outgoing.forget(gone.link());
      }
      step(event);
    }
  }

  private void receive(Channel channel) {
    ZMQ.Socket router = routers.get(channel);
    for (int i = 0; i < MESSAGES_A_ROUND; i++) {
      byte[] routingId = router.recv(ZMQ.DONTWAIT);
      if (routingId == null) {
        return;
      }
      byte[] frame = router.recv(ZMQ.DONTWAIT);
      Link link = new Link(channel, RoutingId.number(routingId));
      if (!open.contains(link)) {
        takePosted(); // The gate tells of a link before it passes anything on.
      }
      if (frame != null && open.contains(link)) {
        traffic.received(channel, frame.length);
        step(decode(link, frame));
      }
    }
  }

  private static Event decode(Link link, byte[] frame) {
    try {
      Message message = MessageCodec.decode(frame);
      return new Event.Received(link, message);
    } catch (ProtocolException e) {
      return new Event.Malformed(link, e.code(), e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("a frame of {} bytes was not decoded", frame.length, e);
      return new Event.Malformed(
          link, ErrorCode.INTERNAL, "The server met an error over this message.");
    }
  }

  private void step(Event event) {
    carryOut(hall.step(event, nanoClock.getAsLong()));
  }

  /** What cannot be encoded ends its receiver's link, not the server (SPEC ER4). */
  private void send(Effect.Send send) {
    byte[] frame;
    try {
      frame = send.packet().frame();
    } catch (RuntimeException e) {
      LOG.error("a {} cannot be sent", send.packet().message().getClass().getSimpleName(), e);
      links.end(send.link());
      return;
    }
    traffic.sent(send.link().channel(), frame.length);
    outgoing.send(send.link(), frame, this::lost);
  }

  private void carryOut(List<Effect> effects) {
    for (Effect effect : effects) {
      try {
        carryOut(effect);
      } catch (RuntimeException e) {
        failed(effect, e);
      }
    }
  }

  /** What was to be kept and is not must never be acknowledged. */
  private void failed(Effect effect, RuntimeException cause) {
    LOG.error("a {} was not carried out", effect.getClass().getSimpleName(), cause);
    if (effect instanceof Effect.Save save) {
      post(new Event.StoreFailed(save.session(), String.valueOf(cause.getMessage())));
    }
  }

  private void carryOut(Effect effect) {
    if (effect instanceof Effect.Send send) {
      send(send);
    } else if (effect instanceof Effect.Close close) {
      links.end(close.link());
    } else if (effect instanceof Effect.Slow slow) {
      links.slow(slow.link(), slow.nanos());
    } else if (effect instanceof Effect.Log log) {
      log(log);
    } else if (effect instanceof Effect.Save save) {
      keeper.save(save);
    } else if (effect instanceof Effect.Read read) {
      keeper.read(read);
    } else if (effect instanceof Effect.CheckPassword check) {
      passwords.check(check);
    } else if (effect instanceof Effect.Load load) {
      keeper.load(load);
    } else if (effect instanceof Effect.Compare compare) {
      keeper.compare(compare);
    } else if (effect instanceof Effect.OfFile ofFile) {
      carryOut(ofFile);
    } else if (effect instanceof Effect.CloseStore close) {
      keeper.close(close);
    } else if (effect instanceof Effect.Answered answered) {
      questions.answered(answered);
    } else if (effect instanceof Effect.Fault fault) {
      LOG.error("{}", fault.line(), fault.cause());
    }
  }

  private void carryOut(Effect.OfFile effect) {
    if (effect instanceof Effect.FindFile find) {
      files.find(find);
    } else if (effect instanceof Effect.CheckManifest check) {
      files.check(check);
    } else if (effect instanceof Effect.KeepManifest keep) {
      files.keep(keep);
    } else if (effect instanceof Effect.KeepChunk keep) {
      files.keep(keep);
    } else if (effect instanceof Effect.ReadChunk read) {
      files.read(read);
    } else if (effect instanceof Effect.CollectFiles collect) {
      files.collect(collect);
    }
  }

  /** A link that takes nothing any more. */
  private void lost(Link link) {
    LOG.info("{}", LogLine.of("link.clogged").with("channel", link.channel()));
    links.end(link);
  }

  private static void log(Effect.Log log) {
    if (log.warning()) {
      LOG.warn("{}", log.line());
    } else {
      LOG.info("{}", log.line());
    }
  }

  /** Tells all peers, brings everything to the stores, and closes the sockets. */
  public void shutDown() {
    try {
      step(new Event.Stop());
      long deadline = nanoClock.getAsLong() + SETTLE_NANOS;
      while (!hall.isSettled() && nanoClock.getAsLong() < deadline) {
        doWork();
      }
    } finally {
      questions.end();
      closeAll();
    }
  }

  /** Whatever one of them meets, those after it are closed: the stores first. */
  private void closeAll() {
    try (wakeUp;
        context;
        Closing ofPasswords = passwords::close;
        Closing ofFiles = files::close;
        Closing ofStores = keeper::close) {
      LOG.debug("the driver ends");
    }
  }

  /** Something that is closed, and throws nothing that is to be caught. */
  private interface Closing extends AutoCloseable {
    @Override
    void close();
  }
}
