package org.multiuser.app.operations;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.multiuser.server.room.Answer;
import org.multiuser.server.room.Census;
import org.multiuser.server.room.Order;

/** Waits for the server's answers, and not for ever. Safe for several threads. */
final class Asking {
  private final Running server;
  private final long patienceMillis;

  /**
   * One who asks this server.
   *
   * @param patienceMillis after how long there is no answer to be expected any more
   */
  Asking(Running server, long patienceMillis) {
    this.server = server;
    this.patienceMillis = patienceMillis;
  }

  /** The server did not answer; the message says so. */
  static final class NoAnswer extends Exception {
    private static final long serialVersionUID = 1;

    NoAnswer(String message) {
      super(message);
    }
  }

  /**
   * What the server says to this.
   *
   * @throws NoAnswer if it says nothing in time
   */
  Answer ask(Order order) throws NoAnswer {
    return await(server.ask(order));
  }

  /**
   * How the server stands.
   *
   * @throws NoAnswer if it does not say so in time
   */
  Census look() throws NoAnswer {
    Answer answer = ask(new Order.Look());
    if (answer instanceof Answer.Seen seen) {
      return seen.census();
    }
    throw new NoAnswer(
        answer instanceof Answer.Refused refused ? refused.text() : "no census came");
  }

  private Answer await(CompletableFuture<Answer> answer) throws NoAnswer {
    try {
      return answer.get(patienceMillis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new NoAnswer("the server's thread did not answer within " + patienceMillis + " ms");
    } catch (ExecutionException e) {
      throw new NoAnswer(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NoAnswer("interrupted");
    }
  }
}
