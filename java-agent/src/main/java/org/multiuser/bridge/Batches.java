package org.multiuser.bridge;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.multiuser.agent.Agent;
import org.multiuser.agent.Event;
import org.multiuser.protocol.codec.ProtocolException;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.model.Node;
import org.multiuser.protocol.model.Value;
import org.multiuser.repository.Capture;
import org.multiuser.repository.Change;

/**
 * Lays the agent's changes out in segments and keeps these until Blender has applied them (BR13,
 * BR14). A change that no segment can hold is left out, and told. Not thread-safe: the {@link
 * Facade} guards it.
 */
final class Batches {
  private final Agent agent;
  private final SegmentPool segments;
  private final Runnable eventsNew;
  private final Map<Integer, Integer> segmentOf = new HashMap<>();
  private final List<Event> events = new ArrayList<>();

  /** Taken from the agent, but there was no memory for it yet; offered again by the next take. */
  private Change.Batch waiting;

  /**
   * No batches yet.
   *
   * @param eventsNew told when {@link #events} has something
   */
  Batches(Agent agent, SegmentPool segments, Runnable eventsNew) {
    this.agent = agent;
    this.segments = segments;
    this.eventsNew = eventsNew;
  }

  /**
   * The next changes: where they lie, as JSON, or empty text.
   *
   * @throws IllegalStateException if there is no memory for them now
   */
  String take(long maxBytes) {
    for (Optional<Change.Batch> next = next(maxBytes); next.isPresent(); next = next(maxBytes)) {
      Optional<String> answer = lay(next.get());
      waiting = null;
      if (answer.isPresent()) {
        return answer.get();
      }
    }
    return "";
  }

  private Optional<Change.Batch> next(long maxBytes) {
    if (waiting == null) {
      waiting = agent.take(maxBytes).orElse(null);
    }
    return Optional.ofNullable(waiting);
  }

  /** Lays a batch out, without what cannot be; empty if nothing of it can. */
  private Optional<String> lay(Change.Batch batch) {
    Optional<BatchEncoder> all = encode(batch.changes());
    if (all.isPresent()) {
      return Optional.of(lay(batch.number(), all.get()));
    }
    List<Change> fitting = new ArrayList<>();
    List<Change> unfit = new ArrayList<>();
    for (Change change : batch.changes()) {
      (encode(List.of(change)).isPresent() ? fitting : unfit).add(change);
    }
    Optional<BatchEncoder> rest = encode(fitting);
    if (rest.isEmpty()) {
      unfit.addAll(fitting);
    }
    Optional<String> answer =
        rest.isEmpty() || fitting.isEmpty()
            ? Optional.empty()
            : Optional.of(lay(batch.number(), rest.get()));
    unfit.forEach(this::leaveOut);
    if (answer.isEmpty()) {
      agent.done(batch.number());
    }
    return answer;
  }

  /** The changes encoded, or empty if no segment can hold them. */
  private Optional<BatchEncoder> encode(List<Change> changes) {
    try {
      BatchEncoder encoder = new BatchEncoder(changes);
      return encoder.bytes() > segments.largestBytes() ? Optional.empty() : Optional.of(encoder);
    } catch (ProtocolException e) {
      return Optional.empty();
    }
  }

  private String lay(int batch, BatchEncoder encoder) {
    SegmentPool.Segment segment = segments.allocate(encoder.bytes());
    encoder.writeTo(segment.memory());
    segmentOf.put(batch, segment.id());
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("batch", batch);
    answer.put("segment", segment.id());
    answer.put("offset", encoder.envelopeOffset());
    answer.put("length", encoder.envelopeBytes());
    return Json.write(answer);
  }

  /** Blender holds what it held, and its artist knows (BR21). */
  private void leaveOut(Change change) {
    agent.submit(
        List.of(
            new Capture(
                change.id(),
                change.type(),
                Capture.Kind.BASE,
                null,
                List.of(),
                List.of(),
                Map.of(),
                false,
                false,
                Set.of())));
    String text =
        change.type()
            + " "
            + name(change)
            + " is too large to be handed to Blender; it stays here as it was.";
    events.add(new Event(Event.Kind.ERROR, text, change.id(), ErrorCode.TOO_LARGE, null));
    eventsNew.run();
  }

  private String name(Change change) {
    Value name =
        agent
            .node(change.id())
            .map(Node::properties)
            .map(properties -> properties.values().get("name"))
            .orElse(null);
    return name instanceof Value.Text text ? "'" + text.value() + "'" : change.id().toString();
  }

  /**
   * Blender applied a batch.
   *
   * @throws IllegalArgumentException if there is none of this number
   */
  void done(int batch) {
    Integer segment = segmentOf.remove(batch);
    if (segment == null) {
      throw new IllegalArgumentException("there is no batch " + batch);
    }
    segments.free(segment);
    agent.done(batch);
  }

  /** Whether this segment holds a batch. */
  boolean hold(int segment) {
    return segmentOf.containsValue(segment);
  }

  /** What was left out since the last call. */
  List<Event> events() {
    List<Event> all = List.copyOf(events);
    events.clear();
    return all;
  }
}
