package org.multiuser.network.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The peer's side of one link: lets through what {@link ZmtpChecker} found sound, and gives the
 * link its routing id. Runs on the link's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // The channel's end tells of failures.
final class GateFront extends ByteToMessageDecoder {
  private final ZmtpChecker checker;
  private final long number;
  private final int halfOpenMillis;
  private final Consumer<String> broken;

  /**
   * The front of a link.
   *
   * @param broken told why, before the link is ended
   */
  GateFront(long maxFrameBytes, long number, int halfOpenMillis, Consumer<String> broken) {
    checker = new ZmtpChecker(maxFrameBytes);
    this.number = number;
    this.halfOpenMillis = halfOpenMillis;
    this.broken = broken;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    context
        .executor()
        .schedule(
            () -> {
              if (!checker.isReady() && context.channel().isOpen()) {
                end(context, "no handshake within " + halfOpenMillis + " ms");
              }
            },
            halfOpenMillis,
            TimeUnit.MILLISECONDS);
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    while (true) {
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
          end(context, verdict.reason());
          return;
        }
      }
    }
  }

  private void end(ChannelHandlerContext context, String reason) {
    broken.accept(reason);
    context.close();
  }
}
