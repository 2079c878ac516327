package org.multiuser.app.load;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.multiuser.agent.Agent;
import org.multiuser.app.timing.Samples;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.model.DataType;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;
import org.multiuser.repository.Capture;
import org.multiuser.repository.Change;

/**
 * One user of a load: edits at its own pace, and takes in what the others did, as Blender would.
 * Used by one thread; the agent wakes it.
 */
final class LoadUser {
  private static final String MARK = "edit by ";
  private static final long BATCH_BYTES = 64 << 20;
  private static final long LONGEST_NAP_NANOS = 50_000_000L;
  private static final int MOST_PENDING = 64;
  private static final int MOST_TEMPORARY = 8;
  private static final int STROKES_A_MESH = 100;

  final String name;
  final Agent agent;
  final Sightings own;
  private final LoadProfile profile;
  private final Random random;
  private final List<UUID> objects = new ArrayList<>();
  private final List<UUID> everybodys;
  private final Deque<UUID> temporary = new ArrayDeque<>();
  private final UUID mesh;
  private final UUID material;
  private final byte[] coordinates;
  private LoadUser watched;
  private volatile Thread thread;
  private long number;
  private long presences;

  /**
   * A user who is connected already.
   *
   * @param everybodys the objects that all edit
   * @param random for what it does and when
   * @param took takes how long its edits took until another one had them
   */
  LoadUser(
      String name,
      Agent agent,
      LoadProfile profile,
      List<UUID> everybodys,
      Random random,
      Samples took) {
    own = new Sightings(took);
    this.name = name;
    this.agent = agent;
    this.profile = profile;
    this.everybodys = everybodys;
    this.random = random;
    mesh = newId();
    material = newId();
    coordinates = new byte[profile.meshBytes() / 12 * 12];
    random.nextBytes(coordinates);
  }

  /** Whose edits it looks out for. */
  void watch(LoadUser other) {
    watched = other;
  }

  long edits() {
    return number;
  }

  long presences() {
    return presences;
  }

  /** Submits what the user has from the start. */
  void begin() {
    List<Capture> first = new ArrayList<>();
    for (int at = 0; at < profile.objects(); at++) {
      UUID id = newId();
      objects.add(id);
      first.add(Capture.full(id, "Object", object(name + " object " + at), Map.of()));
    }
    first.add(Capture.full(mesh, "Mesh", named(name + " mesh"), Map.of("position", positions())));
    TreeMap<String, Value> nodes = new TreeMap<>(named(name + " material").values());
    nodes.put("sockets", new Value.Fields(new TreeMap<>(Map.of("Roughness", real()))));
    first.add(Capture.full(material, "Material", new Value.Fields(nodes), Map.of()));
    agent.submit(first);
  }

  /** An object at some place. */
  Value.Fields object(String called) {
    TreeMap<String, Value> fields = new TreeMap<>(named(called).values());
    fields.put("location", place());
    return new Value.Fields(fields);
  }

  /** Works until this moment; then everything is submitted. */
  void work(long endNanos) {
    thread = Thread.currentThread();
    agent.listen(new Waking());
    long editNanos = System.nanoTime() + profile.gapNanos(random);
    long presenceNanos = System.nanoTime();
    long presenceGapNanos = (long) (1e9 / Math.max(0.01, profile.presencePerSecond()));
    long now = System.nanoTime();
    while (now < endNanos) {
      follow();
      if (now >= editNanos && mayEdit()) {
        edit(LoadProfile.next(random));
        editNanos += profile.gapNanos(random);
      }
      if (now >= presenceNanos && profile.presencePerSecond() > 0) {
        agent.presence(named("scene"));
        presences++;
        presenceNanos = now + presenceGapNanos;
      }
      long next = Math.min(Math.min(editNanos, presenceNanos), endNanos) - System.nanoTime();
      LockSupport.parkNanos(Math.max(1, Math.min(next, LONGEST_NAP_NANOS)));
      now = System.nanoTime();
    }
    follow();
  }

  /** An artist makes no more edits than go out; a script could make them without end. */
  private boolean mayEdit() {
    return profile.editsPerSecond() > 0 || agent.status().pending() < MOST_PENDING;
  }

  private void edit(LoadProfile.Kind kind) {
    number++;
    switch (kind) {
      case TRANSFORM -> {
        List<UUID> some = random.nextBoolean() || everybodys.isEmpty() ? objects : everybodys;
        UUID object = some.get(random.nextInt(some.size()));
        submit(object, Path.of("location"), place());
      }
      case STROKE -> stroke();
      case SOCKET -> submit(material, Path.of("sockets", "Roughness"), real());
      case ADD_OR_DELETE -> addOrDelete();
    }
  }

  private void submit(UUID node, Path path, Value value) {
    own.made(node, number, System.nanoTime());
    agent.submit(
        List.of(
            Capture.part(
                node, "", List.of(new Capture.PathValue(path, value), mark()), List.of())));
  }

  private void stroke() {
    int length = Math.max(12, coordinates.length / STROKES_A_MESH);
    int from = random.nextInt(Math.max(1, coordinates.length - length + 1));
    byte[] some = new byte[Math.min(length, coordinates.length)];
    random.nextBytes(some);
    System.arraycopy(some, 0, coordinates, from, some.length);
    own.made(mesh, number, System.nanoTime());
    agent.submit(
        List.of(
            new Capture(
                mesh,
                "Mesh",
                Capture.Kind.PART,
                null,
                List.of(mark()),
                List.of(),
                Map.of("position", positions()),
                false,
                false,
                Set.of())));
  }

  /** Deletes what is left of its own. */
  void end() {
    List<Capture> gone = new ArrayList<>();
    objects.forEach(id -> gone.add(Capture.delete(id, "Object")));
    temporary.forEach(id -> gone.add(Capture.delete(id, "Object")));
    gone.add(Capture.delete(mesh, "Mesh"));
    gone.add(Capture.delete(material, "Material"));
    agent.submit(gone);
  }

  private void addOrDelete() {
    if (temporary.size() >= MOST_TEMPORARY) {
      UUID gone = temporary.remove();
      own.deleted(gone);
      agent.submit(List.of(Capture.delete(gone, "Object")));
      return;
    }
    UUID id = newId();
    temporary.add(id);
    TreeMap<String, Value> fields = new TreeMap<>(object(name + " new " + number).values());
    fields.put(MARK + name, new Value.Int(number));
    own.made(id, number, System.nanoTime());
    agent.submit(List.of(Capture.full(id, "Object", new Value.Fields(fields), Map.of())));
  }

  /** Takes in what came. */
  void follow() {
    Optional<Change.Batch> batch = agent.take(BATCH_BYTES);
    while (batch.isPresent()) {
      long now = System.nanoTime();
      for (Change change : batch.get().changes()) {
        seen(change, now);
      }
      agent.done(batch.get().number());
      batch = agent.take(BATCH_BYTES);
    }
  }

  private void seen(Change change, long nowNanos) {
    if (watched == null) {
      return;
    }
    if (change instanceof Change.Whole whole) {
      watched
          .markIn(whole.properties())
          .ifPresent(at -> watched.own.seen(whole.id(), at, nowNanos));
    } else if (change instanceof Change.Part part) {
      for (Operation operation : part.operations()) {
        if (operation instanceof Operation.Set set
            && set.path().equals(Path.of(MARK + watched.name))
            && set.value() instanceof Value.Int at) {
          watched.own.seen(part.id(), at.value(), nowNanos);
        }
      }
    }
  }

  /** The number of this user's last edit in a node. */
  Optional<Long> markIn(Value.Fields properties) {
    return properties.values().get(MARK + name) instanceof Value.Int at
        ? Optional.of(at.value())
        : Optional.empty();
  }

  private Capture.PathValue mark() {
    return new Capture.PathValue(Path.of(MARK + name), new Value.Int(number));
  }

  private Capture.Array positions() {
    ByteBuffer bytes = ByteBuffer.wrap(coordinates).order(ByteOrder.LITTLE_ENDIAN);
    return new Capture.Array(DataType.FLOAT32, coordinates.length / 12, 3, bytes);
  }

  private Value place() {
    return new Value.Items(List.of(real(), real(), real()));
  }

  private Value real() {
    return new Value.Real(random.nextDouble());
  }

  private UUID newId() {
    return new UUID(random.nextLong(), random.nextLong());
  }

  private static Value.Fields named(String called) {
    return new Value.Fields(new TreeMap<>(Map.of("name", new Value.Text(called))));
  }

  /** Wakes the user's thread when something came. */
  private final class Waking implements Agent.Listener {
    @Override
    public void changes() {
      LockSupport.unpark(thread);
    }

    @Override
    public void events() {}

    @Override
    public void state() {
      LockSupport.unpark(thread);
    }

    @Override
    public void presence() {}

    @Override
    public void rows() {}

    @Override
    public void files() {}
  }
}
