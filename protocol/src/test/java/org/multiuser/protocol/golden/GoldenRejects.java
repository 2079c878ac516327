package org.multiuser.protocol.golden;

import java.io.IOException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.multiuser.protocol.codec.BulkCodec;
import org.multiuser.protocol.codec.CommitCodec;
import org.multiuser.protocol.codec.MsgWriter;
import org.multiuser.protocol.codec.MsgWriter.Encoding;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.message.ErrorCode;

/** Bytes that every decoder must refuse, with the rule that they break. */
final class GoldenRejects {
  private static final UUID ID = GoldenCases.A;

  private final Map<String, Reject> cases = new LinkedHashMap<>();

  private GoldenRejects() {}

  /**
   * What must be refused.
   *
   * @param kind value, node, commit, entry or message
   */
  record Reject(String kind, String rule, ErrorCode code, byte[] bytes) {}

  static Map<String, Reject> all() {
    GoldenRejects rejects = new GoldenRejects();
    rejects.values();
    rejects.nodes();
    rejects.buffers();
    rejects.commits();
    rejects.patches();
    rejects.entries();
    rejects.messages();
    return rejects.cases;
  }

  private void values() {
    value("no bytes", "VA2", "");
    value("text cut short", "ME4", "d90561");
    value("a second value", "ME3", "c0c0");
    value("array of 2^31 - 1 that is not there", "ME4", "dd7fffffff");
    value("array of 2^32 - 1", "ME4", "ddffffffff");
    value("map of 2^32 - 1", "ME4", "dfffffffff");
    value("map whose values are not there", "ME4", "df00000002a16101");
    value("text of 2^31 - 1", "ME4", "db7fffffff61");
    value("ext of 2^31 - 1", "ME4", "c97fffffff02");
    value("bytes", "VA2", "c40100");
    value("float32", "VA3", "ca3f800000");
    value("uint64 beyond 63 bits", "VA1", "cfffffffffffffffff");
    value("never used byte", "VA2", "c1");
    value("fields with a key twice", "VA3", "82a16101a16102");
    value("keyed with a key twice", "VA3", "c7070294a16101a16102");
    value("keyed with a key alone", "VA2", "c7030291a161");
    value("keyed shorter than its ext", "VA2", "c7050292a16101c0");
    value("keyed longer than its ext", "VA2", "c7030292a16101");
    value("keyed that is no array", "VA2", "d40201");
    value("ext of an unknown type", "VA2", "d40401");
    value("ref of 15 bytes", "VA2", "c70f01" + "00".repeat(15));
    value("file of no bytes", "VA2", "c70003");
    value("file of 16 bytes", "VA2", "d803" + "00".repeat(16));
    value("file of 31 bytes", "VA2", "c71f03" + "00".repeat(31));
    value("file of 33 bytes", "VA2", "c72103" + "00".repeat(33));
    value("file cut short", "ME4", "c72003" + "00".repeat(31));
    value("file of 2^31 - 1 bytes", "ME4", "c97fffffff03");
    value("key that is no text", "VA2", "810101");
    value("key of no bytes", "VA5", "81a001");
    value("key of 1025 bytes", "VA5", "81da0401" + "61".repeat(1025) + "01");
    value("text that is not UTF-8", "VA3", "a1ff");
    value("text with half a surrogate pair", "VA3", "a3eda080");
    value("text in too many bytes", "VA3", "a2c080");
    value("items nested 33 deep", "VA5", "91".repeat(33) + "c0");
    value("fields nested 33 deep", "VA5", "81a161".repeat(33) + "c0");
  }

  private void nodes() {
    node("six elements", "NO3", out -> nodeHead(out, 6).map(0));
    node("properties that are items", "NO3", out -> nodeHead(out, 7).array(0).map(0));
    node("a buffer twice", "NO3", out -> emptyBuffer(emptyBuffer(nodeHead(out, 7).map(0).map(2))));
    node("identity of 15 bytes", "ID1", out -> out.array(7).binary(new byte[15]));
    node(
        "negative revision",
        "ME1",
        out -> out.array(7).uuid(ID).text("Mesh").nil().integer(-1).integer(0).map(0).map(0));
  }

  private void buffers() {
    ErrorCode bad = ErrorCode.BAD_MESSAGE;
    byte[] four = new byte[4];
    buffer("buffer of an unknown type", "BU2", bad, "f2", 1, 2, 0, four);
    buffer("buffer with too few bytes", "BU6", bad, "f4", 2, 1, 0, four);
    buffer("buffer with too many bytes", "BU6", bad, "u1", 3, 1, 0, four);
    buffer("buffer without columns", "BU1", bad, "u1", 0, 0, 0, new byte[0]);
    buffer("buffer with rows below zero", "BU1", bad, "u1", -1, 1, 0, new byte[0]);
    buffer("buffer in a patch's form", "BU3", bad, "u1", 4, 1, 2, four);
    buffer("buffer of packed bytes that are none", "BU6", bad, "u1", 4, 1, 1, four);
    buffer("buffer that cannot unpack to its size", "BU6", bad, "f4", 1 << 26, 1, 1, four);
    ErrorCode large = ErrorCode.TOO_LARGE;
    int most = Integer.MAX_VALUE - 1;
    buffer("buffer beyond 1 GiB", "LM2", large, "f8", (1 << 27) + 1, 1, 1, four);
    buffer("buffer beyond 64 bits", "LM2", large, "f8", most, most, 1, four);
  }

  private void commits() {
    steps("no steps", "CM10", out -> out.array(0));
    steps("more steps than bytes", "ME4", out -> out.array(1_000_000));
    steps("step of an unknown number", "CM5", out -> out.array(1).array(1).integer(8));
    steps("delete with something", "CM5", out -> out.array(1).array(2).integer(1).nil());
    steps("set without a value", "CM5", out -> out.array(1).array(2).integer(2).array(0));
    steps("path without keys", "PA1", out -> out.array(1).array(2).integer(3).array(0));
    steps("path of numbers", "PA1", out -> out.array(1).array(2).integer(3).array(1).integer(0));
    steps(
        "path of 33 keys",
        "PA1",
        out -> {
          out.array(1).array(2).integer(3).array(33);
          for (int i = 0; i < 33; i++) {
            out.text("k");
          }
        });
    steps(
        "set that nests 33 deep with its path",
        "VA5",
        out -> {
          out.array(1).array(3).integer(2).array(2).text("a").text("b");
          for (int i = 0; i < 31; i++) {
            out.array(1);
          }
          out.nil();
        });
    steps("create of items", "CM5", out -> out.array(1).array(3).integer(0).text("M").array(0));
    steps("create of no type", "CM5", out -> out.array(1).array(3).integer(0).text("").map(0));
    commit("author nil", "CM2", out -> out.array(6).nil().integer(1).uuid(ID).integer(0));
    commit("seven elements", "CM2", out -> out.array(7).uuid(ID).integer(1).uuid(ID).integer(0));
  }

  private void patches() {
    patch("patch whose runs touch", 9, 2, 0, 6, 0, 1, 0, 2);
    patch("patch whose run goes back", 9, 2, 0, 4, 4, 1, -2, 1);
    patch("patch beyond its rows", 9, 2, 0, 4, 8, 2);
    patch("patch beyond 32 bits", 9, 2, 0, 4, Integer.MAX_VALUE - 1, Integer.MAX_VALUE - 1);
    patch("patch with a run of no rows", 9, 2, 0, 0, 1, 0);
    patch("patch with a gap alone", 9, 2, 0, 2, 1);
    patch("patch without runs", 9, 2, 0, 0);
    patch("patch with too few bytes", 9, 2, 0, 3, 1, 2);
    patch("patch with too many bytes", 9, 2, 0, 5, 1, 2);
    patch("patch of rows without bytes", 9, 0, 0, 0, 1, 2);
    patch("patch in a buffer's form", 9, 2, 1, 4, 1, 2);
    patch("patch of packed bytes that are none", 9, 2, 2, 4, 1, 2);
  }

  private void entries() {
    byte[] good =
        new CommitCodec(BulkCodec.raw()).encode(GoldenCases.commit(new Operation.Delete()));
    entry("entry of an unknown kind", out -> out.array(3).integer(2).integer(1).binary(good));
    entry(
        "commit with four elements", out -> out.array(4).integer(0).integer(1).binary(good).nil());
    entry("commit that is none", out -> out.array(3).integer(0).integer(1).binary(new byte[3]));
    entry("sequence below zero", out -> out.array(3).integer(0).integer(-1).binary(good));
    entry(
        "owners that are not there",
        out -> out.array(5).integer(1).integer(1).nil().array(5).nil());
  }

  private void messages() {
    message("no array", "ME1", out -> out.integer(1));
    message("empty array", "ME1", out -> out.array(0));
    message("unknown number", "ME3", out -> out.array(1).integer(99));
    message("number below zero", "ME3", out -> out.array(1).integer(-1));
    message("number that is text", "ME3", out -> out.array(1).text("Hello"));
    message("too few fields", "ME3", out -> out.array(3).integer(1).integer(1).integer(0));
    message("too many fields", "ME3", out -> out.array(3).integer(5).integer(1).nil());
    message("bytes left over", "ME3", out -> out.array(2).integer(5).integer(1).nil());
    message("field of another kind", "ME3", out -> out.array(2).integer(5).text("1"));
    message("request below zero", "ME1", out -> out.array(2).integer(5).integer(-1));
    message("bool that is a number", "ME3", out -> out.array(3).integer(7).integer(1).integer(1));
    message(
        "unknown error code",
        "ME3",
        out -> out.array(4).integer(6).integer(1).integer(200).text(""));
    message(
        "identity of 17 bytes",
        "ID1",
        out -> out.array(3).integer(12).integer(0).binary(new byte[17]));
    message("text for bytes", "ME1", out -> out.array(2).integer(30).text("token"));
    message("presence that is no fields", "PR1", out -> out.array(2).integer(42).array(0));
    message("digest of 31 bytes", "FI1", out -> out.array(2).integer(51).binary(new byte[31]));
    message("digests that are a map", "FT3", out -> out.array(2).integer(53).map(0));
    message("a length below zero", "FT1", out -> digest(out.array(3).integer(50)).integer(-1));
    message(
        "GIVE to nobody",
        "RI5",
        out -> out.array(5).integer(9).integer(1).integer(2).array(0).nil());
    message(
        "TAKE for another",
        "RI5",
        out -> out.array(5).integer(9).integer(1).integer(0).array(0).uuid(ID));
    reject(
        "257 chunks asked for",
        "message",
        "FT3",
        ErrorCode.TOO_LARGE,
        MsgWriter.write(
            out -> {
              out.array(2).integer(53).array(257);
              for (int i = 0; i < 257; i++) {
                digest(out);
              }
            }));
    reject(
        "part of a file of 64 KiB and one",
        "message",
        "FT3",
        ErrorCode.TOO_LARGE,
        MsgWriter.write(
            out -> {
              digest(out.array(5).integer(54)).integer(1 << 20).integer(0);
              out.binary(new byte[(64 << 10) + 1]);
            }));
    reject(
        "token of 65 bytes",
        "message",
        "ME1",
        ErrorCode.TOO_LARGE,
        MsgWriter.write(out -> out.array(2).integer(30).binary(new byte[65])));
  }

  private void value(String name, String rule, String hex) {
    reject(name, "value", rule, ErrorCode.BAD_MESSAGE, HexFormat.of().parseHex(hex));
  }

  private void node(String name, String rule, Encoding encoding) {
    reject(name, "node", rule, ErrorCode.BAD_MESSAGE, MsgWriter.write(encoding));
  }

  private void buffer(
      String name,
      String rule,
      ErrorCode code,
      String type,
      int rows,
      int columns,
      int form,
      byte[] payload) {
    byte[] bytes =
        MsgWriter.write(
            out -> {
              nodeHead(out, 7).map(0).map(1).text("b").array(5).text(type);
              out.integer(rows).integer(columns).integer(form).binary(payload);
            });
    reject(name, "node", rule, code, bytes);
  }

  private void commit(String name, String rule, Encoding encoding) {
    reject(name, "commit", rule, ErrorCode.BAD_MESSAGE, MsgWriter.write(encoding));
  }

  private void steps(String name, String rule, Encoding steps) {
    commit(
        name,
        rule,
        out -> {
          out.array(6).uuid(ID).integer(1).uuid(ID).integer(0).integer(0);
          steps.to(out);
        });
  }

  private void patch(String name, int rows, int rowBytes, int form, int bytes, int... runs) {
    steps(
        name,
        "BU5",
        out -> {
          out.array(1).array(3).integer(6).text("b");
          out.array(5).integer(rows).integer(rowBytes).array(runs.length);
          for (int number : runs) {
            out.integer(number);
          }
          out.integer(form).binary(new byte[bytes]);
        });
  }

  private void entry(String name, Encoding encoding) {
    reject(name, "entry", "LO2", ErrorCode.BAD_MESSAGE, MsgWriter.write(encoding));
  }

  private void message(String name, String rule, Encoding encoding) {
    reject(name, "message", rule, ErrorCode.BAD_MESSAGE, MsgWriter.write(encoding));
  }

  private void reject(String name, String kind, String rule, ErrorCode code, byte[] bytes) {
    if (cases.put(kind + ": " + name, new Reject(kind, rule, code, bytes)) != null) {
      throw new IllegalStateException("two cases are named " + name);
    }
  }

  private static MsgWriter digest(MsgWriter out) throws IOException {
    return out.binary(new byte[32]);
  }

  private static MsgWriter nodeHead(MsgWriter out, int elements) throws IOException {
    return out.array(elements).uuid(ID).text("Mesh").nil().integer(1).integer(0);
  }

  private static MsgWriter emptyBuffer(MsgWriter out) throws IOException {
    out.text("b").array(5).text("u1");
    return out.integer(0).integer(1).integer(0).binary(new byte[0]);
  }
}
