package org.multiuser.app;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** What a relay costs that stores nothing and asks nobody's rights: PULL in, PUB out. A process. */
final class PlainRelay implements AutoCloseable {
  private final Process process;
  final int pull;
  final int pub;

  PlainRelay() throws Exception {
    process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                System.getProperty("java.class.path"),
                PlainRelay.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> ports = List.of(process.inputReader().readLine().split(" "));
    pull = Integer.parseInt(ports.get(0));
    pub = Integer.parseInt(ports.get(1));
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
  }

  public static void main(String[] arguments) {
    try (ZContext context = new ZContext()) {
      ZMQ.Socket in = context.createSocket(SocketType.PULL);
      ZMQ.Socket out = context.createSocket(SocketType.PUB);
      out.setSndHWM(0);
      int pull = in.bindToRandomPort("tcp://127.0.0.1");
      int pub = out.bindToRandomPort("tcp://127.0.0.1");
      System.out.println(pull + " " + pub);
      while (!Thread.currentThread().isInterrupted()) {
        out.send(in.recv());
      }
    }
  }
}
