package org.multiuser.network.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.multiuser.agent.Effect;
import org.multiuser.network.trust.ServerTrust;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.Message;

@Timeout(60)
class ClientDriverTest {
  private final Core core = new Core();

  @Test
  @DisplayName("an Error reaches who asked for the work, and the thread goes on")
  void errors() {
    try (ClientDriver driver = new ClientDriver("test", ServerTrust.of(null, null), core)) {
      Callable<Object> fails =
          () -> {
            throw new StackOverflowError("asked");
          };
      Error error = assertThrows(StackOverflowError.class, () -> driver.call(fails));
      assertEquals("asked", error.getMessage());
      driver.post(
          () -> {
            throw new StackOverflowError("posted");
          });
      assertEquals(1, driver.call(() -> 1));
      core.fails = true;
      driver.post(() -> {});
      assertEquals(2, driver.call(() -> 2));
      assertTrue(driver.call(() -> core.losses) >= 1);
    }
    assertTrue(core.isDrained, "and ends in order");
  }

  @Test
  @DisplayName("who asks a closed driver is told so, also where the last task failed")
  void closed() throws Exception {
    ClientDriver driver = new ClientDriver("test", ServerTrust.of(null, null), core);
    closeBusy(driver);
    assertThrows(IllegalStateException.class, () -> driver.call(() -> 1));
    driver.post(() -> {});
    assertTrue(core.isDrained);
  }

  @Test
  @DisplayName("nothing of a closed driver stays open")
  void descriptors() throws Exception {
    closeBusy(new ClientDriver("test", ServerTrust.of(null, null), core));
    long before = open();
    for (int i = 0; i < 20; i++) {
      closeBusy(new ClientDriver("test", ServerTrust.of(null, null), core));
    }
    assertTrue(open() - before < 20, (open() - before) + " descriptors more");
  }

  /** The last task fails. */
  private static void closeBusy(ClientDriver driver) throws InterruptedException {
    CountDownLatch mayEnd = new CountDownLatch(1);
    driver.post(
        () -> {
          try {
            mayEnd.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          throw new IllegalStateException("the last but one");
        });
    driver.post(
        () -> {
          throw new IllegalStateException("the last");
        });
    Thread closing = new Thread(driver::close);
    closing.start();
    Thread.sleep(20);
    mayEnd.countDown();
    closing.join();
  }

  private static long open() {
    Object system = ManagementFactory.getOperatingSystemMXBean();
    Assumptions.assumeTrue(system instanceof UnixOperatingSystemMXBean);
    return ((UnixOperatingSystemMXBean) system).getOpenFileDescriptorCount();
  }

  /** Wants nothing. */
  private static final class Core implements ClientCore {
    volatile boolean fails;
    volatile boolean isDrained;
    int losses;

    @Override
    public void receive(Channel channel, Message message, int bytes, long nowNanos) {}

    @Override
    public void sent(int bytes) {}

    @Override
    public void linkLost(String text, long nowNanos) {
      losses++;
    }

    @Override
    public void linkRefused(String text, long nowNanos) {}

    @Override
    public void told(String text) {}

    @Override
    public void tick(long nowNanos) {
      if (fails) {
        fails = false;
        throw new StackOverflowError("ticked");
      }
    }

    @Override
    public long waitMillis(long nowNanos) {
      return 60_000;
    }

    @Override
    public List<Effect> drain() {
      isDrained = true;
      return List.of();
    }
  }
}
