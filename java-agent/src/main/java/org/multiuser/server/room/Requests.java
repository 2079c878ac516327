package org.multiuser.server.room;

import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;

/** What the fields of some messages mean to the one who routes them. */
final class Requests {
  private Requests() {}

  /** The number that an answer names (SPEC ER1), 0 for what is no request. */
  static long requestOf(Message message) {
    if (message instanceof Message.Login login) {
      return login.request();
    } else if (message instanceof Message.Initialise initialise) {
      return initialise.request();
    } else if (message instanceof Message.InitialiseDone done) {
      return done.request();
    } else if (message instanceof Message.ChangeOwner change) {
      return change.request();
    } else if (message instanceof Message.Kick kick) {
      return kick.request();
    } else if (message instanceof Message.SetRole wish) {
      return wish.request();
    } else if (message instanceof Message.Verify verify) {
      return verify.request();
    } else if (message instanceof Message.Leave leave) {
      return leave.request();
    }
    return 0;
  }

  /** The token by which a message binds its link to a member (SPEC CH4), or null. */
  static byte[] tokenOf(Channel channel, Message message) {
    if (channel == Channel.SUBSCRIBER) {
      return message instanceof Message.Subscribe subscribe ? subscribe.token() : null;
    }
    return message instanceof Message.Bind bind ? bind.token() : null;
  }

  static ProtocolException misplaced() {
    return bad("this message does not belong on this channel");
  }

  static ProtocolException bad(String text) {
    return new ProtocolException(ErrorCode.BAD_MESSAGE, text);
  }
}
