package org.multiuser.network;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WakeUpTest {
  private static final int TIMES = 200_000;

  private final WakeUp wakeUp = new WakeUp();

  @Test
  @DisplayName("a thread that is woken waits again, however close both come to each other")
  void race() throws Exception {
    Thread waker =
        new Thread(
            () -> {
              for (int i = 0; i < TIMES; i++) {
                wakeUp.wake();
              }
            });
    waker.start();
    while (waker.isAlive()) {
      wakeUp.sleepAgain();
    }
    wakeUp.sleepAgain();
    assertEquals(0, ready(), "nothing ends the next wait");
    wakeUp.wake();
    wakeUp.wake();
    assertEquals(1, ready());
    wakeUp.sleepAgain();
    assertEquals(0, ready());
  }

  @Test
  @DisplayName("to wake what has ended is no error")
  void closed() {
    wakeUp.close();
    wakeUp.wake();
    wakeUp.close();
  }

  private int ready() throws IOException {
    try (Selector selector = Selector.open()) {
      wakeUp.source().register(selector, SelectionKey.OP_READ);
      return selector.selectNow();
    }
  }
}
