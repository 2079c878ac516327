package org.multiuser.protocol.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.multiuser.protocol.codec.BulkCodec;
import org.multiuser.protocol.codec.CommitCodec;
import org.multiuser.protocol.codec.LogEntryCodec;
import org.multiuser.protocol.codec.MessageCodec;
import org.multiuser.protocol.codec.NodeCodec;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.codec.ValueCodec;

/**
 * The bytes of golden/ against the codecs, both ways. With {@code -Dgolden.write=true} the files
 * are written anew; a change of a case that exists is a change of the protocol (SPEC VE3).
 */
class GoldenTest {
  private static final boolean WRITE = Boolean.getBoolean("golden.write");
  private static final NodeCodec NODES = new NodeCodec(BulkCodec.raw());
  private static final CommitCodec COMMITS = new CommitCodec(BulkCodec.raw());
  private static final LogEntryCodec ENTRIES = new LogEntryCodec(COMMITS);
  private static final Map<String, Consumer<byte[]>> DECODERS =
      Map.of(
          "value", ValueCodec::decode,
          "node", NODES::decode,
          "commit", COMMITS::decode,
          "entry", ENTRIES::decode,
          "message", MessageCodec::decode);

  /** How one file's objects are encoded, decoded and described. */
  private record Kind<T>(
      String file,
      String rule,
      Map<String, T> objects,
      Function<T, byte[]> encode,
      Function<byte[], T> decode,
      Function<T, Object> describe) {

    void write() {
      List<GoldenFile.Case> cases = new ArrayList<>();
      objects.forEach(
          (name, object) -> {
            Map<String, Object> json = new HashMap<>();
            json.put("json", describe.apply(object));
            String hex = HexFormat.of().formatHex(encode.apply(object));
            cases.add(new GoldenFile.Case(name, rule, hex, json));
          });
      GoldenFile.write(file, cases);
    }

    void check() {
      List<GoldenFile.Case> cases = GoldenFile.read(file);
      assertEquals(
          List.copyOf(objects.keySet()), cases.stream().map(GoldenFile.Case::name).toList());
      for (GoldenFile.Case golden : cases) {
        T decoded = decode.apply(golden.bytes());
        assertEquals(golden.members().get("json"), describe.apply(decoded), golden.name());
        String again = HexFormat.of().formatHex(encode.apply(decoded));
        assertEquals(golden.hex(), again, golden.name());
        byte[] own = encode.apply(objects.get(golden.name()));
        assertEquals(golden.hex(), HexFormat.of().formatHex(own), golden.name());
      }
    }
  }

  private static final List<Kind<?>> KINDS =
      List.of(
          new Kind<>(
              "values.json",
              "VA2 VA3 VA5",
              GoldenCases.values(),
              ValueCodec::encode,
              ValueCodec::decode,
              Describe::value),
          new Kind<>(
              "nodes.json",
              "NO3 BU3",
              GoldenCases.nodes(),
              NODES::encode,
              NODES::decode,
              Describe::node),
          new Kind<>(
              "commits.json",
              "CM2 CM5 BU5",
              GoldenCases.commits(),
              COMMITS::encode,
              COMMITS::decode,
              Describe::commit),
          new Kind<>(
              "entries.json",
              "LO2",
              GoldenCases.entries(),
              ENTRIES::encode,
              ENTRIES::decode,
              Describe::entry),
          new Kind<>(
              "messages.json",
              "ME1 ME2",
              GoldenCases.messages(),
              MessageCodec::encode,
              MessageCodec::decode,
              message -> Describe.message((Record) message)));

  @BeforeAll
  static void writeIfAsked() {
    if (!WRITE) {
      return;
    }
    KINDS.forEach(Kind::write);
    List<GoldenFile.Case> rejects = new ArrayList<>();
    GoldenRejects.all()
        .forEach(
            (name, reject) ->
                rejects.add(
                    new GoldenFile.Case(
                        name,
                        reject.rule(),
                        HexFormat.of().formatHex(reject.bytes()),
                        new TreeMap<>(
                            Map.of("kind", reject.kind(), "code", reject.code().name())))));
    GoldenFile.write("rejects.json", rejects);
  }

  @Test
  @DisplayName("[VA2][NO3][CM2][LO2][ME1] golden bytes are read and written as they stand")
  void golden() {
    KINDS.forEach(Kind::check);
  }

  @Test
  @DisplayName("[ME3][ME4] golden rejects are refused with their code")
  void rejects() {
    List<GoldenFile.Case> cases = GoldenFile.read("rejects.json");
    assertEquals(GoldenRejects.all().size(), cases.size());
    for (GoldenFile.Case golden : cases) {
      Consumer<byte[]> decoder = DECODERS.get((String) golden.members().get("kind"));
      ProtocolException refused =
          assertThrows(
              ProtocolException.class, () -> decoder.accept(golden.bytes()), golden.name());
      assertEquals(golden.members().get("code"), refused.code().name(), golden.name());
    }
  }
}
