package org.multiuser.network.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.multiuser.network.Reading;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The peer's side of one link: lets through what {@link ZmtpChecker} found sound, and gives the
 * link its routing id. Keeps what comes before it is opened, which is little: until then nothing is
 * read but what belongs to the handshake of TLS, or comes right behind it. Runs on the link's event
 * loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // The channel's end tells of failures.
final class GateFront extends ByteToMessageDecoder {
  private static final Logger LOG = LoggerFactory.getLogger(GateFront.class);

  /** How long this side's own greeting may take to get out. */
  private static final int GREETING_MILLIS = 500;

  private final int halfOpenMillis;
  private final Consumer<String> broken;
  private ChannelHandlerContext context;
  private ZmtpChecker checker;
  private long number;
  private boolean ended;

  /**
   * The front of a link that nothing is known of yet.
   *
   * @param halfOpenMillis how long it may take until the peer has said all of its greeting
   * @param broken told why, before the link is ended
   */
  GateFront(int halfOpenMillis, Consumer<String> broken) {
    this.halfOpenMillis = halfOpenMillis;
    this.broken = broken;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    added
        .executor()
        .schedule(
            () -> {
              if (checker == null || !checker.isReady()) {
                end("no handshake within " + halfOpenMillis + " ms");
              }
            },
            halfOpenMillis,
            TimeUnit.MILLISECONDS);
  }

  /** From now on there is somebody behind it who takes what is let through. */
  void open(long maxFrameBytes, long linkNumber) throws Exception {
    checker = new ZmtpChecker(maxFrameBytes);
    number = linkNumber;
    channelRead(context, Unpooled.EMPTY_BUFFER); // what came meanwhile
    channelReadComplete(context);
  }

  @Override
  protected void decode(ChannelHandlerContext unused, ByteBuf in, List<Object> out) {
    while (checker != null) {
      ZmtpChecker.Verdict verdict = checker.check(in.nioBuffer());
      switch (verdict.kind()) {
        case PASS -> out.add(in.readRetainedSlice(verdict.bytes()));
        case READY -> {
          in.skipBytes(verdict.bytes());
          out.add(Unpooled.wrappedBuffer(RoutingId.ready(number)));
        }
        case MORE -> {
          return;
        }
        case BROKEN -> {
          in.skipBytes(in.readableBytes());
          end(verdict.reason());
          return;
        }
      }
    }
  }

  /** Ends the link, once; what it still says means nothing. */
  void end(String reason) {
    if (ended || !context.channel().isOpen()) {
      return;
    }
    ended = true;
    broken.accept(reason);
    if (reason.equals(ZmtpChecker.ENCRYPTED)) { // From the greeting it learns what is wrong.
      Reading.of(context.channel()).stop(Reading.Reason.ENDING);
      context.executor().schedule(() -> context.close(), GREETING_MILLIS, TimeUnit.MILLISECONDS);
    } else {
      context.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext unused, Throwable cause) {
    LOG.debug("link of {} ends: {}", context.channel().remoteAddress(), cause.toString());
    context.close();
  }
}
