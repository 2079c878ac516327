package org.multiuser.bridge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.agent.SceneFiles;
import org.multiuser.agent.Security;
import org.multiuser.protocol.codec.MsgWriter;
import org.multiuser.protocol.codec.ValueCodec;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.DataType;
import org.multiuser.protocol.model.Value;
import org.multiuser.repository.Capture;
import org.multiuser.repository.Change;

final class FacadeTest {
  private static final UUID NODE = new UUID(0x1122334455667788L, 0x99aabbccddeeff00L);

  @TempDir Path folder;
  private final AtomicInteger eventsNew = new AtomicInteger();
  private final RecordingAgent agent = new RecordingAgent();
  private SegmentPool segments;
  private Facade facade;

  @BeforeEach
  void make() {
    segments = new SegmentPool(folder, 64L << 20, 16L << 20);
    facade = new Facade(agent, segments, eventsNew::incrementAndGet);
  }

  private void submit(MsgWriter.Encoding encoding) {
    submit(MsgWriter.write(encoding));
  }

  private void submit(byte[] bytes) {
    int id = facade.allocate(bytes.length);
    segments.get(id).memory().put(0, bytes);
    try {
      facade.submit(id, 0, bytes.length);
    } finally {
      facade.free(id);
    }
  }

  private static MsgWriter head(MsgWriter out, int fields, String kind) throws IOException {
    out.array(1).map(fields).text("id").uuid(NODE).text("type").text("Mesh");
    return out.text("kind").text(kind);
  }

  private void submitBuffer(String type, int rows, int columns, int segment, long offset) {
    submit(
        out -> {
          head(out, 4, "part").text("buffers").map(1).text("co").array(5).text(type);
          out.integer(rows).integer(columns).integer(segment).integer(offset);
        });
  }

  @Test
  @DisplayName("[BR12] a capture arrives with its tree, paths and arrays")
  void capture() {
    int id = facade.allocate(100);
    segments.get(id).memory().put(64, new byte[] {1, 2, 3, 4, 5, 6});
    submit(
        out -> {
          head(out, 9, "part").text("paths").array(1).array(2).array(2).text("a").text("b");
          out.real(1.5).text("removed").array(1).array(1).text("gone");
          out.text("buffers").map(1).text("co").array(5).text("i2").integer(1).integer(3);
          out.integer(id).integer(64);
          out.text("allBuffers").bool(true).text("structure").bool(true);
          out.text("topology").array(1).text("edges");
        });
    Capture capture = agent.captures.get(0);
    assertEquals(NODE, capture.id());
    assertEquals(Capture.Kind.PART, capture.kind());
    assertEquals(List.of("a", "b"), capture.paths().get(0).path().keys());
    assertEquals(new Value.Real(1.5), capture.paths().get(0).value());
    assertEquals(List.of("gone"), capture.removed().get(0).keys());
    Capture.Array array = capture.buffers().get("co");
    assertEquals(DataType.INT16, array.type());
    byte[] bytes = new byte[6];
    array.bytes().get(bytes);
    assertArrayEquals(new byte[] {1, 2, 3, 4, 5, 6}, bytes);
    assertTrue(array.bytes().isReadOnly());
    assertTrue(capture.structure() && capture.allBuffers());
  }

  @Test
  @DisplayName("[BR12] an array outside its segment, or of an impossible shape, is refused")
  void arrayBounds() {
    int id = facade.allocate(65_536);
    submitBuffer("u1", 65_536, 1, id, 0);
    Object[][] wrong = {
      {"u1", 65_537, 1, id, 0L},
      {"u1", 65_536, 1, id, 1L},
      {"f4", 16_385, 1, id, 0L},
      {"f4", Integer.MAX_VALUE, Integer.MAX_VALUE, id, 0L},
      {"u1", -1, 1, id, 0L},
      {"u1", 1, 0, id, 0L},
      {"u1", 1, 1, id, -1L},
      {"u1", 1, 1, id, Long.MAX_VALUE},
      {"u1", 1, 1, id + 100, 0L},
      {"q9", 1, 1, id, 0L}
    };
    for (Object[] each : wrong) {
      assertThrows(
          RuntimeException.class,
          () ->
              submitBuffer(
                  (String) each[0], (int) each[1], (int) each[2], (int) each[3], (long) each[4]));
    }
    assertEquals(1, agent.captures.size());
  }

  @Test
  @DisplayName("[BR12] of malformed captures nothing is taken, and the error is a refusal")
  void malformed() {
    List<MsgWriter.Encoding> wrong =
        List.of(
            out -> out.map(0),
            out -> out.array(1).map(0),
            out -> head(out, 3, "nonsense"),
            out -> head(out, 4, "full").text("surprise").nil(),
            out -> head(out, 4, "full").text("type").text("Mesh"),
            out -> head(out, 4, "full").text("properties").array(0),
            out -> head(out, 4, "part").text("properties").map(0),
            out -> head(out, 4, "part").text("removed").array(1).array(0),
            out -> head(out, 3, "full").nil());
    for (MsgWriter.Encoding each : wrong) {
      assertThrows(IllegalArgumentException.class, () -> submit(each));
    }
    assertThrows(IllegalArgumentException.class, () -> facade.submit(99, 0, 1));
    assertTrue(agent.captures.isEmpty());
  }

  @Test
  @DisplayName("[BR12] random and cut bytes are refused, never anything worse")
  void randomBytes() {
    byte[] good =
        MsgWriter.write(
            out -> ValueCodec.write(head(out, 4, "full").text("properties"), Value.Fields.EMPTY));
    submit(good);
    Random random = new Random(20260101);
    for (int i = 0; i < 3_000; i++) {
      byte[] bytes = good.clone();
      for (int j = 0; j < 1 + i % 3; j++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      int length = i % 5 == 0 ? random.nextInt(bytes.length) : bytes.length;
      try {
        submit(Arrays.copyOf(bytes, length));
      } catch (IllegalArgumentException e) {
        assertTrue(e.getMessage().length() > 5);
      }
    }
  }

  @Test
  @DisplayName("[BR13] a batch lies in a segment as the contract says, and done frees it")
  void take() {
    TreeMap<String, Buffer> buffers = new TreeMap<>();
    buffers.put("b", new Buffer(DataType.FLOAT32, 1, 2, new byte[] {1, 2, 3, 4, 5, 6, 7, 8}));
    buffers.put("c", new Buffer(DataType.UINT8, 3, 1, new byte[] {9, 8, 7}));
    Change whole =
        new Change.Whole(NODE, "Mesh", false, Value.Fields.EMPTY, buffers, null, new UUID(1, 2));
    agent.batches.add(
        new Change.Batch(41, List.of(whole, new Change.Delete(NODE, "Mesh", new UUID(3, 4)))));
    Map<String, Object> answer = Json.parseObject(facade.take(1_000));
    assertEquals(41L, answer.get("batch"));
    int id = ((Long) answer.get("segment")).intValue();
    long offset = (Long) answer.get("offset");
    ByteBuffer envelope = segments.get(id).slice(offset, (Long) answer.get("length"));
    byte[] bytes = new byte[envelope.remaining()];
    envelope.get(bytes);
    assertTrue(new String(bytes, StandardCharsets.ISO_8859_1).contains("delete"));
    assertEquals((byte) 0x92, bytes[0]); // two changes
    assertEquals(1, segments.get(id).memory().get(0));
    assertEquals(9, segments.get(id).memory().get(64));
    assertThrows(IllegalArgumentException.class, () -> facade.free(id));
    facade.done(41);
    assertEquals("done 41", agent.calls.get(0));
    assertThrows(IllegalArgumentException.class, () -> facade.done(41));
    assertEquals("", facade.take(1_000));
  }

  @Test
  @DisplayName("[BR13, BR21] a change that no segment holds is left out and told; the rest comes")
  void tooLarge() {
    Change small = whole(new UUID(1, 1), 10);
    Change large = whole(NODE, 65 << 20);
    agent.batches.add(new Change.Batch(1, List.of(small, large)));
    agent.batches.add(new Change.Batch(2, List.of(large)));
    agent.batches.add(new Change.Batch(3, List.of(small)));
    assertEquals(1L, Json.parseObject(facade.take(1_000)).get("batch"));
    assertEquals(NODE, agent.captures.get(0).id());
    assertEquals(Capture.Kind.BASE, agent.captures.get(0).kind());
    assertTrue(agent.captures.get(0).isEmpty());
    assertEquals(1, eventsNew.get());
    String told = facade.events();
    assertTrue(told.contains("Mesh " + NODE + " is too large"), told);
    assertEquals(3L, Json.parseObject(facade.take(1_000)).get("batch"), "2 has nothing else in it");
    assertEquals(List.of("done 2"), agent.calls.stream().filter("done 2"::equals).toList());
    facade.done(1);
    facade.done(3);
    assertEquals("", facade.take(1_000));
  }

  private static Change whole(UUID id, int bytes) {
    TreeMap<String, Buffer> buffers = new TreeMap<>();
    buffers.put("b", new Buffer(DataType.UINT8, bytes, 1, new byte[bytes]));
    return new Change.Whole(id, "Mesh", false, Value.Fields.EMPTY, buffers, null, null);
  }

  @Test
  @DisplayName("[BR10] [BR11] status and events are JSON")
  void json() {
    Map<String, Object> status = Json.parseObject(facade.status());
    assertEquals("SYNCING", status.get("state"));
    assertEquals(7L, status.get("total"));
    assertTrue(status.containsKey("reason") && status.get("reason") == null);
    assertEquals(
        "[{\"kind\":\"info\",\"text\":\"a \\\"quoted\\\"\\u000aline\",\"node\":null,"
            + "\"code\":null,\"owner\":null}]",
        facade.events());
  }

  @Test
  @DisplayName("[BR18] types, and nodes to push, pass as text")
  void byHand() {
    facade.setAutoPush(true, "");
    facade.setAutoPush(false, "Mesh,Object");
    facade.pushNodes(NODE + "," + new UUID(0, 1));
    assertEquals(
        List.of(
            "setAutoPush true []",
            "setAutoPush false [Mesh, Object]",
            "push [" + NODE + ", " + new UUID(0, 1) + "]"),
        agent.calls);
    assertThrows(IllegalArgumentException.class, () -> facade.pushNodes(""));
  }

  @Test
  @DisplayName("[BR32] rows are JSON; what is asked for wrongly is refused")
  void rows() {
    assertEquals(
        "{\"upTo\":107,\"more\":true,\"rows\":[[\"00000000-0000-0001-0000-000000000002\",\"Mesh\","
            + "\"Cube\",null,\"UP\",0,\"00000000-0000-0003-0000-000000000004\",5,\"refused\"]],"
            + "\"gone\":[\"00000000-0000-0006-0000-000000000007\"]}",
        facade.repository(7, 100));
    assertThrows(IllegalArgumentException.class, () -> facade.repository(-1, 1));
    assertThrows(IllegalArgumentException.class, () -> facade.repository(0, 0));
    assertEquals(1L, Json.parseObject(facade.status()).get("waiting"));
  }

  @Test
  @DisplayName("[BR17] presence passes through both directions")
  void presence() {
    facade.presence("{\"frame\": 12, \"view\": [1.5, null, true, {\"name\": \"\\ud83d\\ude00\"}]}");
    String back = facade.presences();
    assertEquals(12L, ((Map<?, ?>) Json.parseObject(back).values().iterator().next()).get("frame"));
    assertTrue(back.contains("\\ud83d\\ude00"));
    assertThrows(IllegalArgumentException.class, () -> facade.presence("[1]"));
  }

  @Test
  @DisplayName("[BR9] connect takes its options; wrong ones are refused")
  void connect() {
    facade.connect("{\"host\": \" h \", \"port\": 1234, \"userName\": \"Ann\"}");
    assertEquals("connect h:1234 Ann", agent.calls.get(0));
    assertEquals(Security.ENCRYPTED, agent.security);
    facade.connect("{\"host\": \"h\", \"plain\": true}");
    assertEquals(Security.PLAIN, agent.security);
    String digits = "ab".repeat(32);
    facade.connect("{\"host\": \"h\", \"fingerprint\": \"" + digits + "\"}");
    assertEquals(Security.of(false, digits), agent.security);
    assertEquals(digits, agent.security.fingerprint().orElseThrow().hex());
    for (String wrong :
        List.of(
            "{}",
            "{\"host\":\"h\",\"port\":0}",
            "{\"host\":1}",
            "{\"host\":\"h\",\"plain\":1}",
            "{\"host\":\"h\",\"fingerprint\":\"ab\"}",
            "x")) {
      assertThrows(IllegalArgumentException.class, () -> facade.connect(wrong));
    }
  }

  @Test
  @DisplayName("[BR16] own names its nodes with commas between")
  void own() {
    facade.own("TAKE", NODE + "," + NODE, "");
    assertEquals("own TAKE [" + NODE + ", " + NODE + "] null", agent.calls.get(0));
    assertThrows(IllegalArgumentException.class, () -> facade.own("STEAL", NODE.toString(), ""));
    assertThrows(IllegalArgumentException.class, () -> facade.own("TAKE", "", ""));
  }

  @Test
  @DisplayName(
      "[BR27, BR28, BR30, BR33] what is watched and wanted arrives; other texts are refused")
  void filesIn() {
    RecordingFiles files = new RecordingFiles();
    agent.sceneFiles = files;
    String key = "0".repeat(32);
    facade.watch("[[\"/a/b.<UDIM>.png\", \"tiles\"], [\"/c.mov\", \"one\"]]");
    facade.want("[[\"" + key + "\", \"C:\\\\b.png\", [[\"b.png\", \"beef\"]]]]");
    String tree = "1".repeat(32);
    facade.want(
        "[[\""
            + key
            + "\", \"/b.blend\", [[\"b.blend\", \"beef\", \"/b.blend\"]], \""
            + tree
            + "\"]]");
    facade.shareFolders("[\"/mnt/job\"]");
    facade.cancelFiles();
    facade.resumeFiles();
    facade.limitUpload(7);
    SceneFiles.Named library = new SceneFiles.Named("b.blend", "beef", "/b.blend");
    assertEquals(
        List.of(
            new SceneFiles.Own("/a/b.<UDIM>.png", SceneFiles.Kind.TILES),
            new SceneFiles.Own("/c.mov", SceneFiles.Kind.ONE),
            new SceneFiles.Wanted(key, "C:\\b.png", List.of(new SceneFiles.Named("b.png", "beef"))),
            new SceneFiles.Wanted(key, "/b.blend", List.of(library), tree),
            List.of("/mnt/job"),
            "cancel",
            "resume",
            7L),
        files.calls);
    for (String wrong :
        List.of("{}", "[1]", "[[\"/a\"]]", "[[\"/a\", \"two\"]]", "[[1, \"one\"]]")) {
      assertThrows(IllegalArgumentException.class, () -> facade.watch(wrong));
    }
    for (String wrong : List.of("[[\"..\", \"\", []]]", "[[\"" + key + "\", \"\", [\"x\"]]]")) {
      assertThrows(IllegalArgumentException.class, () -> facade.want(wrong));
    }
    assertThrows(IllegalArgumentException.class, () -> facade.limitUpload(-1));
    assertThrows(IllegalArgumentException.class, () -> facade.shareFolders("[1]"));
  }

  @Test
  @DisplayName("[BR29, BR31] what came of files is JSON, and empty where the agent takes no part")
  void filesOut() {
    assertEquals("{\"looked\":[],\"ready\":[],\"problems\":[]}", facade.files());
    assertEquals(
        "{\"up\":{\"done\":0,\"total\":0,\"files\":0},"
            + "\"down\":{\"done\":0,\"total\":0,\"files\":0},\"moving\":[]}",
        facade.transfers());
    agent.sceneFiles = new RecordingFiles();
    String hex = RecordingFiles.FILE.hex();
    assertEquals(
        "{\"looked\":[{\"path\":\"/a.png\",\"kind\":\"one\",\"names\":[[\"a.png\",\""
            + hex
            + "\",5]]}],\"ready\":[{\"key\":\"k\",\"path\":\"/v/k/b.png\"}],"
            + "\"problems\":[{\"path\":\"/c\",\"text\":\"one\"},{\"key\":\"k\",\"text\":\"two\"}]}",
        facade.files());
    assertEquals(
        "{\"up\":{\"done\":1,\"total\":2,\"files\":3},"
            + "\"down\":{\"done\":4,\"total\":5,\"files\":6},\"moving\":[{\"name\":\"a.png\","
            + "\"up\":true,\"done\":1,\"total\":2,\"state\":\"MOVING\",\"problem\":\"\"}]}",
        facade.transfers());
  }
}
