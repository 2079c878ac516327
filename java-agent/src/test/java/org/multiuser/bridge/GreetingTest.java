package org.multiuser.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class GreetingTest {
  private static BridgeHost.Greeting greeting(String more) {
    return BridgeHost.Greeting.parse(
        "{\"token\": \"" + "0".repeat(32) + "\", \"state\": \"/state\"" + more + "}");
  }

  @Test
  @DisplayName("[BR1] an agent takes part in files where it is told a folder for them")
  void files() {
    assertEquals("", greeting("").files());
    assertEquals("/cache", greeting(", \"files\": \"/cache\"").files());
    assertEquals(20L << 30, greeting(", \"filesBytes\": 0").filesBytes());
    assertEquals(5, greeting(", \"filesBytes\": 5").filesBytes());
  }
}
