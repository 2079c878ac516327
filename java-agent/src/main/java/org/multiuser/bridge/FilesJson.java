package org.multiuser.bridge;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.multiuser.agent.SceneFiles;
import org.multiuser.agent.Transfer;

/** The JSON texts of BR27 to BR31 and BR33. Pure. */
final class FilesJson {
  private static final Map<String, SceneFiles.Kind> KINDS =
      Map.of(
          "one", SceneFiles.Kind.ONE,
          "sequence", SceneFiles.Kind.SEQUENCE,
          "tiles", SceneFiles.Kind.TILES);

  private FilesJson() {}

  /**
   * BR27: {@code [[path, kind], …]}.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static List<SceneFiles.Own> own(Object json) {
    List<SceneFiles.Own> own = new ArrayList<>();
    for (Object each : list(json, "files")) {
      List<?> pair = row(each, 2);
      SceneFiles.Kind kind = KINDS.get(text(pair.get(1)));
      if (kind == null) {
        throw new IllegalArgumentException("A kind is one of " + KINDS.keySet() + ".");
      }
      own.add(new SceneFiles.Own(text(pair.get(0)), kind));
    }
    return own;
  }

  /**
   * BR28: {@code [[key, told, [[name, hex], …]], …]}, of a library {@code [key, told, [[name, hex,
   * told], …], tree]}.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static List<SceneFiles.Wanted> wanted(Object json) {
    List<SceneFiles.Wanted> wanted = new ArrayList<>();
    for (Object each : list(json, "what is wanted")) {
      boolean isInTree = each instanceof List<?> it && it.size() == 4;
      List<?> row = row(each, isInTree ? 4 : 3);
      List<SceneFiles.Named> files = new ArrayList<>();
      for (Object file : list(row.get(2), "files")) {
        files.add(named(row(file, isInTree ? 3 : 2)));
      }
      String key = text(row.get(0));
      String folder = isInTree ? text(row.get(3)) : key;
      wanted.add(new SceneFiles.Wanted(key, text(row.get(1)), files, folder));
    }
    return wanted;
  }

  /**
   * BR33: {@code [path, …]}.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static List<String> folders(Object json) {
    return list(json, "folders").stream().map(FilesJson::text).toList();
  }

  private static SceneFiles.Named named(List<?> row) {
    String told = row.size() == 3 ? text(row.get(2)) : "";
    return new SceneFiles.Named(text(row.get(0)), text(row.get(1)), told);
  }

  private static List<?> list(Object json, String what) {
    if (json instanceof List<?> list) {
      return list;
    }
    throw new IllegalArgumentException("An array of " + what + " was expected.");
  }

  private static List<?> row(Object json, int length) {
    if (json instanceof List<?> row && row.size() == length) {
      return row;
    }
    throw new IllegalArgumentException("An array of " + length + " was expected.");
  }

  private static String text(Object json) {
    if (json instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("Text was expected.");
  }

  /** BR29. */
  static Map<String, Object> news(SceneFiles.News news) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("looked", news.looked().stream().map(FilesJson::looked).toList());
    json.put(
        "ready",
        news.ready().stream().map(it -> object("key", it.key(), "path", it.path())).toList());
    json.put("problems", news.problems().stream().map(FilesJson::problem).toList());
    return json;
  }

  private static Map<String, Object> looked(SceneFiles.Looked looked) {
    Map<String, Object> json = object("path", looked.own().path());
    json.put("kind", looked.own().kind().name().toLowerCase(Locale.ROOT));
    json.put(
        "names",
        looked.files().stream()
            .map(it -> List.of(it.name(), it.file().hex(), it.bytes()))
            .toList());
    return json;
  }

  private static Map<String, Object> problem(SceneFiles.Problem it) {
    return it.key() == null
        ? object("path", it.path(), "text", it.text())
        : object("key", it.key(), "text", it.text());
  }

  /** BR31. */
  static Map<String, Object> progress(SceneFiles.Progress progress) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("up", sum(progress.up()));
    json.put("down", sum(progress.down()));
    json.put("moving", progress.moving().stream().map(FilesJson::moving).toList());
    return json;
  }

  private static Map<String, Object> sum(SceneFiles.Sum sum) {
    return object("done", sum.doneBytes(), "total", sum.totalBytes(), "files", sum.files());
  }

  private static Map<String, Object> moving(SceneFiles.Moving moving) {
    Transfer it = moving.transfer();
    Map<String, Object> json = object("name", moving.name(), "up", it.up(), "done", it.doneBytes());
    json.put("total", it.totalBytes());
    json.put("state", it.state().name());
    json.put("problem", it.problem());
    return json;
  }

  /** An object of these keys and values, in turn. */
  private static Map<String, Object> object(Object... parts) {
    Map<String, Object> json = new LinkedHashMap<>();
    for (int i = 0; i < parts.length; i += 2) {
      json.put((String) parts[i], parts[i + 1]);
    }
    return json;
  }
}
