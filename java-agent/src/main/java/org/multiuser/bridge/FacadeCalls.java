package org.multiuser.bridge;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The table of what can be called from Blender: names, kinds of arguments, and the facade's
 * methods. What is not in it does not exist for a client.
 */
public final class FacadeCalls {
  private final Map<String, Entry> entries = new HashMap<>();

  private enum Kind {
    WHOLE(Long.class),
    TRUTH(Boolean.class),
    TEXT(String.class);

    private final Class<?> type;

    Kind(Class<?> type) {
      this.type = type;
    }
  }

  private record Entry(List<Kind> kinds, Body body) {}

  private interface Body {
    Object run(Arguments arguments);
  }

  private interface Action {
    void run(Arguments arguments);
  }

  private record Arguments(List<Object> values) {
    long whole(int index) {
      return (Long) values.get(index);
    }

    int small(int index) {
      long value = whole(index);
      if ((int) value != value) {
        throw new IllegalArgumentException("The number " + value + " is too large.");
      }
      return (int) value;
    }

    boolean truth(int index) {
      return (Boolean) values.get(index);
    }

    String text(int index) {
      return (String) values.get(index);
    }
  }

  /** The calls of this facade. */
  public FacadeCalls(Facade facade) {
    memory(facade);
    session(facade);
    nodes(facade);
    files(facade);
  }

  private void memory(Facade facade) {
    answer("allocate", a -> facade.allocate(a.whole(0)), Kind.WHOLE);
    act("free", a -> facade.free(a.small(0)), Kind.WHOLE);
    act(
        "submit",
        a -> facade.submit(a.small(0), a.whole(1), a.whole(2)),
        Kind.WHOLE,
        Kind.WHOLE,
        Kind.WHOLE);
    answer("take", a -> facade.take(a.whole(0)), Kind.WHOLE);
    act("done", a -> facade.done(a.small(0)), Kind.WHOLE);
  }

  private void session(Facade facade) {
    act("connect", a -> facade.connect(a.text(0)), Kind.TEXT);
    act("disconnect", a -> facade.disconnect());
    act("initialise", a -> facade.initialise(a.truth(0)), Kind.TRUTH);
    act("initialiseDone", a -> facade.initialiseDone());
    answer("status", a -> facade.status());
    answer("events", a -> facade.events());
    act(
        "kick",
        a -> facade.kick(a.text(0), a.text(1), a.truth(2)),
        Kind.TEXT,
        Kind.TEXT,
        Kind.TRUTH);
    act("setRole", a -> facade.setRole(a.text(0), a.text(1)), Kind.TEXT, Kind.TEXT);
    act("presence", a -> facade.presence(a.text(0)), Kind.TEXT);
    answer("presences", a -> facade.presences());
    act("setAutoPush", a -> facade.setAutoPush(a.truth(0), a.text(1)), Kind.TRUTH, Kind.TEXT);
    act("push", a -> facade.push());
    act("pushNodes", a -> facade.pushNodes(a.text(0)), Kind.TEXT);
    act("cut", a -> facade.cut(a.small(0)), Kind.WHOLE);
  }

  private void nodes(Facade facade) {
    act("whole", a -> facade.whole(a.text(0)), Kind.TEXT);
    act("complete", a -> facade.complete(a.text(0)), Kind.TEXT);
    act("reset", a -> facade.reset(a.text(0)), Kind.TEXT);
    act("own", a -> facade.own(a.text(0), a.text(1), a.text(2)), Kind.TEXT, Kind.TEXT, Kind.TEXT);
    answer("owners", a -> facade.owners());
    answer("repository", a -> facade.repository(a.whole(0), a.small(1)), Kind.WHOLE, Kind.WHOLE);
    answer("nodes", a -> facade.nodes());
    answer("node", a -> facade.node(a.text(0)), Kind.TEXT);
  }

  private void files(Facade facade) {
    act("watch", a -> facade.watch(a.text(0)), Kind.TEXT);
    act("want", a -> facade.want(a.text(0)), Kind.TEXT);
    act("shareFolders", a -> facade.shareFolders(a.text(0)), Kind.TEXT);
    act("cancelFiles", a -> facade.cancelFiles());
    act("resumeFiles", a -> facade.resumeFiles());
    act("limitUpload", a -> facade.limitUpload(a.whole(0)), Kind.WHOLE);
    answer("files", a -> facade.files());
    answer("transfers", a -> facade.transfers());
  }

  private void answer(String name, Body body, Kind... kinds) {
    entries.put(name, new Entry(List.of(kinds), body));
  }

  private void act(String name, Action action, Kind... kinds) {
    answer(
        name,
        arguments -> {
          action.run(arguments);
          return null;
        },
        kinds);
  }

  /**
   * Calls a method of the facade.
   *
   * @return a number or text, or null where the method has no result
   * @throws IllegalArgumentException if there is no such method or the arguments do not fit
   */
  Object call(String name, List<Object> arguments) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new IllegalArgumentException("The facade has no method of that name.");
    }
    if (arguments.size() != entry.kinds.size()) {
      throw new IllegalArgumentException(name + " takes " + entry.kinds.size() + " arguments.");
    }
    for (int i = 0; i < arguments.size(); i++) {
      if (!entry.kinds.get(i).type.isInstance(arguments.get(i))) {
        throw new IllegalArgumentException(
            "Argument " + (i + 1) + " of " + name + " must be " + entry.kinds.get(i) + ".");
      }
    }
    return entry.body.run(new Arguments(arguments));
  }
}
