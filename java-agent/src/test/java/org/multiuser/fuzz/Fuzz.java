package org.multiuser.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Optional;
import org.multiuser.protocol.codec.ProtocolException;

/** What every decoder must keep to, whatever it is given. */
public final class Fuzz {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What a decoder may take beyond the bytes, and for each of them (SPEC BU6, ME4). */
  private static final long ALLOWANCE_BYTES = 4 << 20;

  private static final long EXPANSION = (1 << 15) + 1_000;

  private Fuzz() {}

  /** Bytes to a thing; throws ProtocolException for what is none. */
  @FunctionalInterface
  public interface Decoder<T> {
    T decode(byte[] bytes);
  }

  /** A thing to bytes. */
  @FunctionalInterface
  public interface Encoder<T> {
    byte[] encode(T thing);
  }

  /**
   * What is decoded encodes to bytes that mean the same; what is not is refused, as documented, and
   * takes no memory that the bytes do not back.
   */
  public static <T> void roundTrip(byte[] bytes, Decoder<T> decoder, Encoder<T> encoder) {
    Optional<T> thing = decoded(bytes, decoder); // What is loaded once is not counted.
    long before = THREADS.getCurrentThreadAllocatedBytes();
    decoded(bytes, decoder);
    long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
    if (taken > ALLOWANCE_BYTES + EXPANSION * bytes.length) {
      throw new AssertionError(bytes.length + " bytes took " + taken);
    }
    if (thing.isEmpty()) {
      return;
    }
    byte[] canonical = encoder.encode(thing.get());
    byte[] again = encoder.encode(decoder.decode(canonical));
    if (!Arrays.equals(canonical, again)) {
      throw new AssertionError("decoding what was encoded gives something else");
    }
  }

  private static <T> Optional<T> decoded(byte[] bytes, Decoder<T> decoder) {
    try {
      return Optional.of(decoder.decode(bytes));
    } catch (ProtocolException e) {
      return Optional.empty(); // Refused: what is documented.
    }
  }
}
