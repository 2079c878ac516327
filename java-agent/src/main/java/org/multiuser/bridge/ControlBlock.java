package org.multiuser.bridge;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The counters in shared memory that tell Blender, without a call, that something is new (BR7). Any
 * thread may raise them.
 */
public final class ControlBlock {
  /** The size of the file in bytes. */
  public static final int BYTES = 4096;

  private static final VarHandle WORDS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** What a counter stands for. */
  public enum Word {
    /** {@code take} has something new. */
    CHANGES(0),
    /** {@code events} has something. */
    EVENTS(1),
    /** {@code status} would say something else. */
    STATE(2),
    /** {@code presences} has something newer. */
    PRESENCE(3),
    /** The agent is alive. */
    HEART(4),
    /** {@code files} has something, or {@code transfers} would say something else. */
    FILES(5),
    /** {@code repository} has something new. */
    ROWS(6);

    private final int offset;

    Word(int index) {
      this.offset = index * Long.BYTES;
    }
  }

  private final ByteBuffer memory;

  private ControlBlock(ByteBuffer memory) {
    this.memory = memory;
  }

  /**
   * Makes {@code control.seg} in this folder.
   *
   * @throws IOException if the file cannot be made or mapped
   */
  public static ControlBlock create(Path folder) throws IOException {
    try (FileChannel file =
        FileChannel.open(
            folder.resolve("control.seg"),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.allocate(BYTES));
      return new ControlBlock(file.map(FileChannel.MapMode.READ_WRITE, 0, BYTES));
    }
  }

  /** Raises a counter by one; what it announces must be there already. */
  public void raise(Word word) {
    WORDS.getAndAdd(memory, word.offset, 1L);
  }

  /** The counter's value. */
  public long read(Word word) {
    return (long) WORDS.getVolatile(memory, word.offset);
  }
}
