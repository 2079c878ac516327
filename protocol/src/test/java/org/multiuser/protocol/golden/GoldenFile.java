package org.multiuser.protocol.golden;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A file of golden cases. */
final class GoldenFile {
  private static final Path FOLDER = Path.of("golden");

  private GoldenFile() {}

  /**
   * One case.
   *
   * @param rule the SPEC rules it stands for
   * @param members what else the case says, such as its description under "json"
   */
  record Case(String name, String rule, String hex, Map<String, Object> members) {
    byte[] bytes() {
      return HexFormat.of().parseHex(hex);
    }
  }

  static List<Case> read(String file) {
    try {
      List<?> cases = (List<?>) Json.read(Files.readString(FOLDER.resolve(file)));
      return cases.stream().map(GoldenFile::parse).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void write(String file, List<Case> cases) {
    String text = cases.stream().map(GoldenFile::line).collect(Collectors.joining(",\n"));
    try {
      Files.createDirectories(FOLDER);
      Files.writeString(FOLDER.resolve(file), "[\n" + text + "\n]\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Case parse(Object entry) {
    Map<String, Object> members = new LinkedHashMap<>();
    ((Map<?, ?>) entry).forEach((key, value) -> members.put((String) key, value));
    String name = (String) members.remove("name");
    String rule = (String) members.remove("rule");
    return new Case(name, rule, (String) members.remove("hex"), members);
  }

  private static String line(Case entry) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("name", entry.name());
    members.put("rule", entry.rule());
    members.put("hex", entry.hex());
    members.putAll(entry.members());
    return Json.write(members);
  }
}
