package org.multiuser.bridge;

import java.util.ArrayList;
import java.util.List;
import org.multiuser.agent.SceneFiles;
import org.multiuser.agent.Transfer;
import org.multiuser.protocol.file.Digest;

/** Remembers what it was told, and has one of everything to tell. */
final class RecordingFiles implements SceneFiles {
  static final Digest FILE = Digest.ofContent(new byte[1]);

  final List<Object> calls = new ArrayList<>();

  @Override
  public void listen(Runnable told) {}

  @Override
  public void watch(List<Own> files) {
    calls.addAll(files);
  }

  @Override
  public void share(List<String> folders) {
    calls.add(folders);
  }

  @Override
  public void want(List<Wanted> files) {
    calls.addAll(files);
  }

  @Override
  public void cancel() {
    calls.add("cancel");
  }

  @Override
  public void resume() {
    calls.add("resume");
  }

  @Override
  public void limitUpload(long bytesPerSecond) {
    calls.add(bytesPerSecond);
  }

  @Override
  public News news() {
    return new News(
        List.of(new Looked(new Own("/a.png", Kind.ONE), List.of(new Content("a.png", FILE, 5)))),
        List.of(new Ready("k", "/v/k/b.png")),
        List.of(new Problem("/c", null, "one"), new Problem(null, "k", "two")));
  }

  @Override
  public Progress progress() {
    Transfer transfer = new Transfer(FILE, true, Transfer.State.MOVING, 1, 2, "");
    return new Progress(new Sum(1, 2, 3), new Sum(4, 5, 6), List.of(new Moving("a.png", transfer)));
  }
}
