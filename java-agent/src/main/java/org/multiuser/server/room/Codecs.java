package org.multiuser.server.room;

import org.multiuser.protocol.codec.BulkCodec;
import org.multiuser.protocol.codec.CommitCodec;
import org.multiuser.protocol.codec.Compressor;
import org.multiuser.protocol.codec.LogEntryCodec;
import org.multiuser.protocol.codec.NodeCodec;

/** The codecs of what the server keeps and sends on. Safe for several threads. */
public record Codecs(CommitCodec commits, NodeCodec nodes, LogEntryCodec entries) {
  /** Codecs that pack buffers with this compressor. */
  public static Codecs with(Compressor compressor) {
    BulkCodec bulk = new BulkCodec(compressor);
    CommitCodec commits = new CommitCodec(bulk);
    return new Codecs(commits, new NodeCodec(bulk), new LogEntryCodec(commits));
  }
}
