package org.multiuser.protocol.codec;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.multiuser.protocol.message.Message.Comparison;
import org.multiuser.protocol.message.Message.NodeHash;
import org.multiuser.protocol.message.Message.Verified;
import org.multiuser.protocol.message.Message.Verify;

/** The messages by which replicas are compared (SPEC VR1). */
final class VerifyForms {
  static final MessageForm<Verify> VERIFY =
      new MessageForm<>(14, Verify.class, 2, VerifyForms::writeVerify, VerifyForms::readVerify);

  static final MessageForm<Verified> VERIFIED =
      new MessageForm<>(
          15, Verified.class, 4, VerifyForms::writeVerified, VerifyForms::readVerified);

  private static final int HASH_BYTES = 32;

  private VerifyForms() {}

  private static void writeVerify(Verify m, MsgWriter out) throws IOException {
    out.integer(m.request()).array(m.nodes().size());
    for (NodeHash node : m.nodes()) {
      out.array(3).uuid(node.node()).integer(node.revision()).binary(node.hash());
    }
  }

  private static Verify readVerify(MsgReader in) throws IOException {
    long request = in.count();
    int size = in.array();
    if (size > Limits.VERIFIED_NODES) {
      throw ProtocolException.tooLarge("more than " + Limits.VERIFIED_NODES + " nodes are named");
    }
    List<NodeHash> nodes = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      in.array(3);
      UUID node = in.uuid();
      long revision = in.count();
      byte[] hash = in.binary(HASH_BYTES);
      if (hash.length != HASH_BYTES) {
        throw ProtocolException.bad("a hash has " + HASH_BYTES + " bytes");
      }
      nodes.add(new NodeHash(node, revision, hash));
    }
    return new Verify(request, List.copyOf(nodes));
  }

  private static void writeVerified(Verified m, MsgWriter out) throws IOException {
    out.integer(m.request()).integer(m.compared()).array(m.differing().size());
    for (UUID node : m.differing()) {
      out.uuid(node);
    }
    out.array(m.members().size());
    for (Comparison one : m.members()) {
      out.array(5).uuid(one.user()).text(one.name());
      out.integer(one.compared()).integer(one.differing()).integer(one.ageMillis());
    }
  }

  private static Verified readVerified(MsgReader in) throws IOException {
    long request = in.count();
    long compared = in.count();
    List<UUID> differing = LogEntryCodec.readUuids(in);
    int size = in.array();
    List<Comparison> members = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      in.array(5);
      members.add(
          new Comparison(in.uuid(), CommandForms.text(in), in.count(), in.count(), in.count()));
    }
    return new Verified(request, compared, differing, List.copyOf(members));
  }
}
