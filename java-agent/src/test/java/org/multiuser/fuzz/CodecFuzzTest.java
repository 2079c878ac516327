package org.multiuser.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.multiuser.network.ZstdCompressor;
import org.multiuser.protocol.codec.BulkCodec;
import org.multiuser.protocol.codec.CommitCodec;
import org.multiuser.protocol.codec.LogEntryCodec;
import org.multiuser.protocol.codec.MessageCodec;
import org.multiuser.protocol.codec.NodeCodec;
import org.multiuser.protocol.codec.ValueCodec;

/** [ME3, ME4, VA5, BU6] What a peer may send, in every form there is. */
class CodecFuzzTest {
  private static final BulkCodec BULK = new BulkCodec(new ZstdCompressor());
  private static final NodeCodec NODES = new NodeCodec(BULK);
  private static final CommitCodec COMMITS = new CommitCodec(BULK);
  private static final LogEntryCodec ENTRIES = new LogEntryCodec(COMMITS);

  @FuzzTest(maxDuration = "10s")
  void message(byte[] bytes) {
    Fuzz.roundTrip(bytes, MessageCodec::decode, MessageCodec::encode);
  }

  @FuzzTest(maxDuration = "10s")
  void commit(byte[] bytes) {
    Fuzz.roundTrip(bytes, COMMITS::decode, COMMITS::encode);
  }

  @FuzzTest(maxDuration = "10s")
  void node(byte[] bytes) {
    Fuzz.roundTrip(bytes, NODES::decode, NODES::encode);
  }

  @FuzzTest(maxDuration = "10s")
  void value(byte[] bytes) {
    Fuzz.roundTrip(bytes, ValueCodec::decode, ValueCodec::encode);
  }

  @FuzzTest(maxDuration = "10s")
  void entry(byte[] bytes) {
    Fuzz.roundTrip(bytes, ENTRIES::decode, ENTRIES::encode);
  }
}
