package org.multiuser.network.server;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.multiuser.server.room.Answer;
import org.multiuser.server.room.Effect;
import org.multiuser.server.room.Event;
import org.multiuser.server.room.Order;

/** Brings the hall's answers to those who asked from other threads. Safe for several threads. */
final class Questions {
  private final AtomicLong numbers = new AtomicLong();
  private final Map<Long, CompletableFuture<Answer>> open = new ConcurrentHashMap<>();

  /** What to hand to the hall, and where its answer will be. */
  record Question(Event.Asked event, CompletableFuture<Answer> answer) {}

  Question ask(Order order) {
    long number = numbers.incrementAndGet();
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    open.put(number, answer);
    return new Question(new Event.Asked(number, order), answer);
  }

  void answered(Effect.Answered effect) {
    CompletableFuture<Answer> answer = open.remove(effect.request());
    if (answer != null) {
      answer.complete(effect.answer());
    }
  }

  /** Nobody answers any more. */
  void end() {
    open.values()
        .forEach(
            answer ->
                answer.complete(new Answer.Refused("the server has stopped; start it again")));
    open.clear();
  }
}
