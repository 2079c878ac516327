package org.multiuser.agent;

import java.util.List;
import java.util.regex.Pattern;
import org.multiuser.protocol.file.Digest;

/**
 * The files that one user's scene refers to (BR27 to BR31, BR33): those of this user's own, which
 * the session is to have, and those of others, which are to be here. Every method may be called
 * from any thread and returns at once; what takes a disk happens on a thread of its own, and what
 * came of it shows in {@link #news} and {@link #progress}.
 */
public interface SceneFiles {
  /** Those of an agent that takes no part in files: nothing happens, and nothing is told. */
  SceneFiles NONE = new NoSceneFiles();

  /** What a path stands for. */
  enum Kind {
    /** Itself. */
    ONE,
    /** All files of its folder that are called alike but for their number. */
    SEQUENCE,
    /** All files of its folder that stand where the name has {@code <UDIM>} or {@code <UVTILE>}. */
    TILES
  }

  /**
   * Something of this user's own.
   *
   * @param path absolute, as it is to be told of
   */
  record Own(String path, Kind kind) {}

  /**
   * A file as somebody says it is.
   *
   * @param name its base name, or in a tree its place there with "/" between folders; may be
   *     anything
   * @param hex the file's name in the session (SPEC FI1), checked where it is used
   * @param told in a tree the path that its owner has, else empty
   */
  record Named(String name, String hex, String told) {
    /** One that is in no tree. */
    public Named(String name, String hex) {
      this(name, hex, "");
    }
  }

  /**
   * What somebody else's datablock refers to.
   *
   * @param key 32 lower-case hexadecimal digits: names it
   * @param told the path that its owner has, of any system, may be anything
   * @param files all that belongs to it, none twice
   * @param folder as the key: the folder where it is made, its own or, for a library, the tree that
   *     it shares with others of the same disk
   */
  record Wanted(String key, String told, List<Named> files, String folder) {
    private static final Pattern KEY = Pattern.compile("[0-9a-f]{32}");

    public Wanted {
      files = List.copyOf(files);
      if (!KEY.matcher(key).matches() || !KEY.matcher(folder).matches()) {
        throw new IllegalArgumentException("A key of files has 32 hexadecimal digits.");
      }
    }

    /** What has a folder of its own. */
    public Wanted(String key, String told, List<Named> files) {
      this(key, told, files, key);
    }

    /** Whether it lies in a tree, each file by its whole path. */
    public boolean isInTree() {
      return !folder.equals(key);
    }
  }

  /** A file that was looked through. */
  record Content(String name, Digest file, long bytes) {}

  /**
   * What an own path stands for at present.
   *
   * @param files by their names; empty if there are none
   */
  record Looked(Own own, List<Content> files) {}

  /** What was wanted is here: where. */
  record Ready(String key, String path) {}

  /**
   * Something that the user should know.
   *
   * @param path the own path that it is about, null if it is about what was wanted
   * @param key the key of what was wanted, else null
   */
  record Problem(String path, String key, String text) {}

  /** What is new since the last call. */
  record News(List<Looked> looked, List<Ready> ready, List<Problem> problems) {}

  /** How far files have come that are on their way, together. */
  record Sum(long doneBytes, long totalBytes, int files) {}

  /** A file that is on its way or failed, and what it is called here. */
  record Moving(String name, Transfer transfer) {}

  /**
   * How far all files have come.
   *
   * @param up of those that wait or move to the session
   * @param down of those that wait or move here
   * @param moving the first of those, and of those that failed
   */
  record Progress(Sum up, Sum down, List<Moving> moving) {}

  /** Sets who is told, on a thread of its own, that news or progress would say something else. */
  void listen(Runnable told);

  /** This user's scene uses these files: the session gets them, again whenever they change. */
  void watch(List<Own> files);

  /**
   * These folders this user shares with the others, as a studio's disk: what others say is there
   * need not be fetched where it is. All such folders by absolute paths; counts for what is wanted
   * from now on.
   */
  void share(List<String> folders);

  /** Others' datablocks use these files: they are found or fetched. Again what failed before. */
  void want(List<Wanted> files);

  /** Stops all transfers until {@link #resume}; what was watched and wanted stays so. */
  void cancel();

  /** Goes on with what was stopped, and tries again what failed. */
  void resume();

  /** Sets how many bytes of files may go out in a second, 0 for any number; for later joins too. */
  void limitUpload(long bytesPerSecond);

  /** What is new since the last call. */
  News news();

  /** How far files have come. */
  Progress progress();

  /** See {@link #NONE}. */
  final class NoSceneFiles implements SceneFiles {
    private static final Sum NOTHING = new Sum(0, 0, 0);

    private NoSceneFiles() {}

    @Override
    public void listen(Runnable told) {}

    @Override
    public void watch(List<Own> files) {}

    @Override
    public void share(List<String> folders) {}

    @Override
    public void want(List<Wanted> files) {}

    @Override
    public void cancel() {}

    @Override
    public void resume() {}

    @Override
    public void limitUpload(long bytesPerSecond) {}

    @Override
    public News news() {
      return new News(List.of(), List.of(), List.of());
    }

    @Override
    public Progress progress() {
      return new Progress(NOTHING, NOTHING, List.of());
    }
  }
}
