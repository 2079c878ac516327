package org.multiuser.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.model.Buffer;
import org.multiuser.protocol.model.DataType;
import org.multiuser.protocol.model.Value;

/**
 * A real server on a real file system that runs full or is read-only. It needs root, to mount one.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FullDiskTest {
  private static final int COMMIT_BYTES = 100_000;
  private static final long ACCEPTED_MILLIS = 500;
  private static final int FAR_TOO_MANY = 200;

  @TempDir Path folder;

  private Path disk;
  private boolean mounted;

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createDirectory(folder.resolve("disk"));
    mounted =
        Files.isExecutable(Path.of("/bin/mount"))
            && run("/bin/mount", "-t", "tmpfs", "-o", "size=14m", "tmpfs", disk.toString()) == 0;
    assumeTrue(mounted, "no small file system can be mounted here: that needs root on Linux");
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      assertEquals(0, run("/bin/umount", disk.toString()));
    }
  }

  @Test
  @DisplayName(
      "[DU6, DU7] a full disk: nothing acknowledged is lost, and it goes on with room again")
  void full() throws Exception {
    Path ballast = Files.write(disk.resolve("ballast"), new byte[8 << 20]);
    try (ServerProcess server = new ServerProcess(disk)) {
      UUID id = UUID.randomUUID();
      long accepted;
      byte[] secret;
      try (WireClient client = new WireClient(server.port, id)) {
        client.login("host", "admin");
        secret = client.login.secret();
        client.initialise(true);
        accepted = fillUp(client);
        assertTrue(accepted > 5, "accepted " + accepted);
      }
      try (WireClient still = new WireClient(server.port)) {
        still.hello(); // The server itself goes on.
      }
      Files.delete(ballast);
      try (WireClient back = new WireClient(server.port, id)) {
        back.login("host", "admin", secret);
        back.subscribe(0);
        assertTrue(
            back.snapshot.size() >= accepted, back.snapshot.size() + " of " + accepted + " kept");
      }
      server.kill();
    }
    try (ServerProcess again = new ServerProcess(disk);
        WireClient other = new WireClient(again.port)) {
      other.login("other", "admin");
      other.subscribe(0);
      other.create("Object");
      other.accepted(1);
    }
  }

  @Test
  @DisplayName("[DU9] a read-only file system: the server says so and ends with exit code 2")
  void readOnly() throws Exception {
    new ServerProcess(disk).close();
    assertEquals(0, run("/bin/mount", "-o", "remount,ro", disk.toString()));
    Process server = ServerProcess.start(List.of("-p", "0", "--data", disk.toString())).start();
    String said = new String(server.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(2, server.waitFor(), said);
    assertTrue(said.contains("cannot be written to"), said);
  }

  /** Pushes until the server says that it can keep no more; how many it acknowledged. */
  private static long fillUp(WireClient client) {
    Random random = new Random(3);
    for (int i = 1; i <= FAR_TOO_MANY; i++) {
      byte[] bytes = new byte[COMMIT_BYTES];
      random.nextBytes(bytes);
      Buffer buffer = new Buffer(DataType.UINT8, COMMIT_BYTES, 1, bytes);
      client.push(
          UUID.randomUUID(),
          new Operation.Create("Mesh", Value.Fields.EMPTY),
          new Operation.ReplaceBuffer("co", buffer));
      while (client.poll(Channel.PUBLISHER, Message.Accepted.class, ACCEPTED_MILLIS) == null) {
        Message.Failed failed = client.poll(Channel.COMMANDS, Message.Failed.class, 1);
        if (failed != null) {
          assertEquals(ErrorCode.STORE_FAILED, failed.code());
          return i - 1L;
        }
      }
    }
    throw new AssertionError("the disk never became full");
  }

  private static int run(String... command) throws Exception {
    Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    if (code != 0) {
      System.out.println(String.join(" ", command) + ": " + said.strip());
    }
    return code;
  }
}
