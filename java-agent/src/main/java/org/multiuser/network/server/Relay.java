package org.multiuser.network.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes what comes in on one channel to another, no faster than that one takes it, and ends it
 * when this one ends. Both channels share one event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // The channel's end tells of failures.
final class Relay extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

  private final Channel target;

  Relay(Channel target) {
    this.target = target;
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
