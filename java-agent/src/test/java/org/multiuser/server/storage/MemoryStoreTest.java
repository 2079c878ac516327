package org.multiuser.server.storage;

import org.junit.jupiter.api.DisplayName;
import org.multiuser.server.room.RoomStore;

@DisplayName("The store in memory")
class MemoryStoreTest extends StoreContract {
  private final MemoryStore store = new MemoryStore();

  @Override
  RoomStore open() {
    return store;
  }
}
