package org.multiuser.network;

import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes what comes in on one channel to another, no faster than that one takes it, and ends it
 * when this one ends. Both channels share one event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // The channel's end tells of failures.
public final class Relay extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

  /** How much may wait to be taken before reading stops, in bytes. */
  public static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(256 << 10, 1 << 20);

  private final Channel target;

  /**
   * A relay to this channel.
   *
   * @param target of the same event loop
   */
  public Relay(Channel target) {
    this.target = target;
  }

  /** How much is read at once: by what came the last times. */
  public static AdaptiveRecvByteBufAllocator receiveBuffers() {
    return new AdaptiveRecvByteBufAllocator(1 << 10, 16 << 10, 256 << 10);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object bytes) {
    target.write(bytes, target.voidPromise());
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    target.flush();
    if (!target.isWritable()) {
      Reading.of(context.channel()).stop(Reading.Reason.FULL);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (context.channel().isWritable()) {
      Reading.of(target).resume(Reading.Reason.FULL);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (target.isActive()) {
      target.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.debug("link of {} ends: {}", context.channel().remoteAddress(), cause.toString());
    context.close();
  }
}
