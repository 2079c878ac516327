package org.multiuser.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.codec.BulkCodec;
import org.multiuser.protocol.codec.NodeCodec;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.DataType;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Value;

class ZstdCompressorTest {
  private final ZstdCompressor compressor = new ZstdCompressor();

  @Test
  @DisplayName("[BU4] unpacking gives back what was packed")
  void roundTrip() {
    for (int size : List.of(0, 1, 63, 64, 100_000)) {
      byte[] raw = new byte[size];
      new Random(size).nextBytes(raw);
      Arrays.fill(raw, 0, size / 2, (byte) 7);
      assertArrayEquals(raw, compressor.decompress(compressor.compress(raw), size));
    }
  }

  @Test
  @DisplayName("[BU6] bytes that unpack to another size, or not at all, are refused")
  void refused() {
    byte[] packed = compressor.compress(new byte[1000]);
    byte[] cut = Arrays.copyOf(packed, packed.length - 1);
    byte[] noise = {1, 2, 3, 4};
    assertThrows(IllegalArgumentException.class, () -> compressor.decompress(packed, 999));
    assertThrows(IllegalArgumentException.class, () -> compressor.decompress(packed, 1001));
    assertThrows(IllegalArgumentException.class, () -> compressor.decompress(cut, 1000));
    assertThrows(IllegalArgumentException.class, () -> compressor.decompress(noise, 1000));
    assertThrows(IllegalArgumentException.class, () -> compressor.decompress(new byte[0], 1000));
  }

  @Test
  @DisplayName("[BU3] smooth coordinates travel packed and come back as they were")
  void coordinates() {
    int rows = 10_000;
    ByteBuffer bytes = ByteBuffer.allocate(rows * 12).order(ByteOrder.LITTLE_ENDIAN);
    for (int row = 0; row < rows; row++) {
      bytes.putFloat((float) Math.sin(row * 0.01)).putFloat(row * 0.25f).putFloat(0);
    }
    Buffer buffer = new Buffer(DataType.FLOAT32, rows, 3, bytes.array());
    TreeMap<String, Buffer> buffers = new TreeMap<>();
    buffers.put("position", buffer);
    UUID id = new UUID(1, 2);
    Node node = new Node(id, "Mesh", null, 1, 0, Value.Fields.EMPTY, buffers);
    NodeCodec codec = new NodeCodec(new BulkCodec(compressor));
    byte[] encoded = codec.encode(node);
    assertTrue(encoded.length < rows * 12 / 2, "encoded to " + encoded.length + " bytes");
    assertEquals(node, codec.decode(encoded));
  }
}
