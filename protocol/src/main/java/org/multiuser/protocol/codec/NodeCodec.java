package org.multiuser.protocol.codec;

import java.io.IOException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Value;

/** The bytes of nodes (SPEC NO3). Stateless; safe for several threads. */
public final class NodeCodec {
  private final BulkCodec bulk;

  /** A codec that packs buffers with this one. */
  public NodeCodec(BulkCodec bulk) {
    this.bulk = bulk;
  }

  /**
   * The bytes of a node.
   *
   * @throws ProtocolException if it breaks a limit of SPEC VA5
   */
  public byte[] encode(Node node) {
    return MsgWriter.write(out -> write(out, node));
  }

  /**
   * The node of these bytes.
   *
   * @throws ProtocolException if they are not one
   */
  public Node decode(byte[] bytes) {
    return MsgReader.read(bytes, this::read);
  }

  private void write(MsgWriter out, Node node) throws IOException {
    out.array(7).uuid(node.id());
    ValueCodec.writeKey(out, node.type());
    out.uuid(node.owner()).integer(node.revision()).integer(node.structure());
    ValueCodec.write(out, node.properties());
    out.map(node.buffers().size());
    for (Map.Entry<String, Buffer> entry : node.buffers().entrySet()) {
      ValueCodec.writeKey(out, entry.getKey());
      bulk.write(out, entry.getValue());
    }
  }

  private Node read(MsgReader in) throws IOException {
    in.array(7);
    UUID id = in.uuid();
    String type = in.key();
    UUID owner = in.uuidOrNull();
    long revision = in.count();
    long structure = in.integer();
    Value.Fields properties = ValueCodec.readFields(in);
    return new Node(id, type, owner, revision, structure, properties, readBuffers(in));
  }

  private SortedMap<String, Buffer> readBuffers(MsgReader in) throws IOException {
    int size = in.map();
    SortedMap<String, Buffer> buffers = new TreeMap<>();
    for (int i = 0; i < size; i++) {
      String name = in.key();
      if (buffers.put(name, bulk.readBuffer(in)) != null) {
        throw ProtocolException.bad("the buffer " + name + " stands there twice");
      }
    }
    return buffers;
  }
}
