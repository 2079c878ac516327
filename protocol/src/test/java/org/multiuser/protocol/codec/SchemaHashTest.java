package org.multiuser.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.OwnerAction;
import org.multiuser.protocol.message.ProtocolVersion;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.BufferPatch;
import org.multiuser.protocol.model.DataType;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Role;
import org.multiuser.protocol.model.SessionState;
import org.multiuser.protocol.model.User;
import org.multiuser.protocol.model.Value;

class SchemaHashTest {
  /** The hash of each version that there was. Add a line for a new one; never change an old one. */
  private static final Map<String, String> HASHES =
      Map.of(
          "1.0", "8d5b959ba05fc6f49c9359301e9ac767d298b8850153605a6e899d1b98703ec7",
          "1.1", "f377dfff41ea1833524c654a4c87b8d0d2546de4b9ec898188c913b3a168bca1",
          "2.0", "3a81db0752eb558f6ab782830be7d4c146b3ab216635a666733fefd6e18372cd",
          "3.0", "c26a1068e9ca620260a113833d0f30f5b8b86564a8f85b3493a89aa5b3a51805",
          "3.1", "267eac0c9754116ac37c152fc706397f9af5d25be91683c9fafcd55c5c645434",
          "3.2", "e37a91eee8af8335aaab3b6d184e6859e72ad2df7337a0b1369034cdf020bb94");

  @Test
  @DisplayName("[VE3] the schema changes with the protocol's version alone")
  void hash() throws Exception {
    String version = ProtocolVersion.MAJOR + "." + ProtocolVersion.MINOR;
    byte[] schema = schema().getBytes(StandardCharsets.UTF_8);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(schema);
    assertEquals(
        HASHES.get(version),
        HexFormat.of().formatHex(digest),
        "records, numbers or enums of the protocol changed: raise ProtocolVersion and SPEC.md's"
            + " title, and add the new hash here");
  }

  private static String schema() {
    Set<String> lines = new TreeSet<>();
    MessageCodec.forms()
        .forEach(form -> lines.add(form.type().getSimpleName() + " = " + form.number()));
    for (Class<?> sealed :
        new Class<?>[] {Message.class, Operation.class, LogEntry.class, Value.class}) {
      Arrays.stream(sealed.getPermittedSubclasses()).map(SchemaHashTest::line).forEach(lines::add);
    }
    for (Class<?> record :
        new Class<?>[] {
          Message.SessionInfo.class,
          Message.NodeHash.class,
          Message.Comparison.class,
          User.class,
          Commit.class,
          Node.class,
          Buffer.class,
          BufferPatch.class,
          Path.class
        }) {
      lines.add(line(record));
    }
    for (Class<?> constants :
        new Class<?>[] {
          Channel.class,
          ErrorCode.class,
          OwnerAction.class,
          Role.class,
          SessionState.class,
          DataType.class
        }) {
      lines.add(constants.getSimpleName() + Arrays.toString(constants.getEnumConstants()));
    }
    return String.join("\n", lines);
  }

  private static String line(Class<?> record) {
    StringBuilder line = new StringBuilder(record.getSimpleName());
    for (RecordComponent component : record.getRecordComponents()) {
      line.append(' ').append(component.getGenericType().getTypeName());
      line.append(' ').append(component.getName());
    }
    return line.toString();
  }
}
