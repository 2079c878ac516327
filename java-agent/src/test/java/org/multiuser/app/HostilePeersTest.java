package org.multiuser.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.multiuser.protocol.commit.Commit;
import org.multiuser.protocol.commit.LogEntry;
import org.multiuser.protocol.commit.Operation;
import org.multiuser.protocol.message.Channel;
import org.multiuser.protocol.message.ErrorCode;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.OwnerAction;
import org.multiuser.protocol.model.Path;
import org.multiuser.protocol.model.Value;

/** What somebody without a log-in, and an editor among others, tries and is refused. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class HostilePeersTest {
  private MemoryServer server;
  private WireClient host;
  private UUID node;

  @BeforeEach
  void start() throws Exception {
    server = new MemoryServer();
    host = server.host();
    node = host.create("Object");
    host.accepted(1);
    own(host, 10, OwnerAction.TAKE, null);
    assertEquals(10, doneOf(host, 10));
  }

  @AfterEach
  void stop() throws Exception {
    host.close();
    server.close();
  }

  @Test
  @DisplayName("[CH3] no request is carried out before log-in, each is told NOT_LOGGED_IN")
  void requestsBeforeLogin() {
    List<Message> requests =
        List.of(
            new Message.Initialise(1, true),
            new Message.InitialiseDone(2, 0),
            new Message.ChangeOwner(3, OwnerAction.RELEASE, List.of(node), null),
            new Message.Kick(4, host.id, "out", true),
            new Message.Leave(5));
    try (WireClient stranger = new WireClient(server.port)) {
      for (int round = 0; round < 2; round++) {
        for (int i = 0; i < requests.size(); i++) {
          stranger.send(Channel.COMMANDS, requests.get(i));
          Message.Failed failed = stranger.await(Channel.COMMANDS, Message.Failed.class);
          assertEquals(ErrorCode.NOT_LOGGED_IN, failed.code());
          assertEquals(i + 1, failed.request());
        }
        stranger.hello(); // Nor after a Hello.
      }
    }
    assertUnharmed();
  }

  @Test
  @DisplayName("[CH4] nothing is written, read or shown over links without a token")
  void unboundLinks() {
    try (WireClient stranger = new WireClient(server.port)) {
      byte[] commit = stranger.encode(node, 1, new Operation.Delete());
      stranger.send(Channel.PUBLISHER, new Message.PushPart(1, commit.length, 0, commit));
      assertEquals(ErrorCode.NOT_LOGGED_IN, stranger.failed(Channel.PUBLISHER));
      for (byte[] token : List.of(new byte[0], new byte[32], new byte[64])) {
        stranger.send(Channel.SUBSCRIBER, new Message.Subscribe(token, new UUID(0, 0), 0, 1 << 20));
        assertEquals(ErrorCode.NOT_LOGGED_IN, stranger.failed(Channel.SUBSCRIBER));
        stranger.send(Channel.PUBLISHER, new Message.Bind(token));
        assertEquals(ErrorCode.NOT_LOGGED_IN, stranger.failed(Channel.PUBLISHER));
      }
      stranger.send(Channel.SUBSCRIBER, new Message.Grant(1 << 20));
      assertEquals(ErrorCode.NOT_LOGGED_IN, stranger.failed(Channel.SUBSCRIBER));
      stranger.send(Channel.TTL, new Message.Heartbeat(1, 1));
      assertEquals(ErrorCode.NOT_LOGGED_IN, stranger.failed(Channel.TTL));
      stranger.send(Channel.TTL, new Message.Presence(Value.Fields.EMPTY));
      assertEquals(ErrorCode.NOT_LOGGED_IN, stranger.failed(Channel.TTL));
    }
    assertUnharmed();
  }

  @Test
  @DisplayName("[CH3, LI3] who goes on without a log-in is dropped with TOO_FAST")
  void floodBeforeLogin() {
    for (Channel channel : Channel.values()) {
      try (WireClient stranger = new WireClient(server.port)) {
        for (int i = 0; i < 65; i++) {
          stranger.send(channel, new Message.Leave(i));
        }
        ErrorCode code = stranger.failed(channel);
        while (code == ErrorCode.NOT_LOGGED_IN) {
          code = stranger.failed(channel);
        }
        assertEquals(ErrorCode.TOO_FAST, code);
      }
    }
    assertUnharmed();
  }

  @Test
  @DisplayName(
      "[RI3, AC3] an editor cannot write or delete another's node, and is told whose it is")
  void editsOfAnothers() {
    try (WireClient editor = server.guest("editor")) {
      for (Operation step : List.of(set("mine"), new Operation.Delete())) {
        editor.push(node, step);
        Message.Refused refused = editor.await(Channel.PUBLISHER, Message.Refused.class);
        assertEquals(ErrorCode.NOT_OWNER, refused.code());
        assertEquals(host.id, refused.owner());
      }
    }
    assertUnharmed();
  }

  @Test
  @DisplayName("[RI3, RI5] an editor cannot unlock, give away or take another's node")
  void ownershipOfAnothers() {
    try (WireClient editor = server.guest("editor")) {
      for (OwnerAction action : OwnerAction.values()) {
        own(editor, 20, action, action == OwnerAction.GIVE ? editor.id : null);
        Message.Failed failed = editor.await(Channel.COMMANDS, Message.Failed.class);
        assertEquals(ErrorCode.NOT_OWNER, failed.code());
        assertEquals(20, failed.request());
      }
    }
    assertUnharmed();
  }

  @Test
  @DisplayName("[RI3, RI8, SE3, SE4] an editor cannot kick, ban or initialise")
  void adminsMatters() {
    try (WireClient editor = server.guest("editor")) {
      for (Message request :
          List.of(
              new Message.Kick(1, host.id, "out", false),
              new Message.Kick(2, host.id, "out", true),
              new Message.Initialise(3, true),
              new Message.Initialise(4, false),
              new Message.InitialiseDone(5, 0))) {
        editor.send(Channel.COMMANDS, request);
        assertEquals(ErrorCode.NOT_ALLOWED, editor.failed(Channel.COMMANDS));
      }
    }
    assertUnharmed();
  }

  @Test
  @DisplayName("[CM2] a commit in another's name, or under another counter, ends the link")
  void anothersName() {
    for (boolean anothersName : new boolean[] {true, false}) {
      try (WireClient editor = server.guest("editor " + anothersName)) {
        UUID author = anothersName ? host.id : editor.id;
        byte[] bytes =
            WireClient.CODECS
                .commits()
                .encode(new Commit(author, 7, node, 0, 0, List.of(new Operation.Delete())));
        editor.pushBytes(anothersName ? 7 : 8, bytes);
        assertEquals(ErrorCode.BAD_MESSAGE, editor.failed(Channel.PUBLISHER));
      }
    }
    assertUnharmed();
  }

  @Test
  @DisplayName("[CM3, CM4] commits said again, one's own or heard from another, change nothing")
  void replayedCommits() {
    try (WireClient editor = server.guest("editor")) {
      UUID mine = editor.create("Object");
      editor.accepted(1);
      byte[] again = editor.encode(mine, 1, new Operation.Delete());
      editor.pushBytes(1, again);
      byte[] heard = host.encode(node, 1, new Operation.Create("Object", Value.Fields.EMPTY));
      editor.push(mine, set("still there"));
      editor.accepted(2);
      editor.pushBytes(1, heard);
      assertEquals(ErrorCode.BAD_MESSAGE, editor.failed(Channel.PUBLISHER));
    }
    assertUnharmed();
  }

  @Test
  @DisplayName("[LI4, CH4] a token counts no more after a new log-in, Leave or kick")
  void oldTokens() {
    UUID id = UUID.randomUUID();
    byte[] first;
    byte[] second;
    try (WireClient editor = new WireClient(server.port, id).login("editor", "")) {
      first = editor.login.token();
      try (WireClient anew =
          new WireClient(server.port, id).login("editor", "", editor.login.secret())) {
        second = anew.login.token();
        assertTokenVoid(first);
        anew.send(Channel.COMMANDS, new Message.Leave(9));
        assertEquals(9, doneOf(anew, 9));
        assertTokenVoid(second);
      }
    }
    try (WireClient kicked = server.guest("kicked")) {
      host.send(Channel.COMMANDS, new Message.Kick(11, kicked.id, "out", false));
      assertEquals(ErrorCode.KICKED, kicked.failed(Channel.COMMANDS));
      assertTokenVoid(kicked.login.token());
    }
    assertUnharmed();
  }

  @Test
  @DisplayName("[ID2, LI5] nobody gets another's identity or name, with whatever secret")
  void anothersIdentity() {
    try (WireClient editor = server.guest("editor");
        WireClient thief = new WireClient(server.port, host.id)) {
      thief.hello();
      for (byte[] secret : List.of(new byte[0], new byte[32], editor.login.secret())) {
        for (boolean takeOver : new boolean[] {false, true}) {
          thief.send(Channel.COMMANDS, login(host.id, secret, "host", takeOver));
          assertEquals(ErrorCode.NAME_TAKEN, thief.failed(Channel.COMMANDS));
          thief.send(Channel.COMMANDS, login(host.id, secret, "another", takeOver));
          assertEquals(ErrorCode.NAME_TAKEN, thief.failed(Channel.COMMANDS));
          thief.send(Channel.COMMANDS, login(UUID.randomUUID(), secret, "host", takeOver));
          assertEquals(ErrorCode.NAME_TAKEN, thief.failed(Channel.COMMANDS));
        }
      }
    }
    assertUnharmed();
  }

  @Test
  @DisplayName("[RI8] who is banned does not come back by identity or by name")
  void banned() {
    try (WireClient editor = server.guest("editor");
        WireClient again = new WireClient(server.port)) {
      host.send(Channel.COMMANDS, new Message.Kick(11, editor.id, "out", true));
      assertEquals(ErrorCode.KICKED, editor.failed(Channel.COMMANDS));
      again.hello();
      again.send(Channel.COMMANDS, login(editor.id, editor.login.secret(), "other", false));
      assertEquals(ErrorCode.BANNED, again.failed(Channel.COMMANDS));
      again.send(Channel.COMMANDS, login(UUID.randomUUID(), new byte[0], "editor", false));
      assertEquals(ErrorCode.BANNED, again.failed(Channel.COMMANDS));
    }
    assertUnharmed();
  }

  @Test
  @DisplayName("[CH4, ER3] a message on the wrong channel ends the link it came on")
  void misplaced() {
    for (Channel channel : Channel.values()) {
      try (WireClient editor = server.guest("on " + channel)) {
        editor.send(channel, new Message.CaughtUp(1, 1));
        assertEquals(ErrorCode.BAD_MESSAGE, editor.failed(channel));
      }
    }
    assertUnharmed();
  }

  private void assertTokenVoid(byte[] token) {
    try (WireClient replay = new WireClient(server.port)) {
      replay.send(Channel.PUBLISHER, new Message.Bind(token));
      assertEquals(ErrorCode.NOT_LOGGED_IN, replay.failed(Channel.PUBLISHER));
      replay.send(Channel.SUBSCRIBER, new Message.Subscribe(token, new UUID(0, 0), 0, 1 << 20));
      assertEquals(ErrorCode.NOT_LOGGED_IN, replay.failed(Channel.SUBSCRIBER));
    }
  }

  /** The host goes on, and its node is as it left it: there, untouched and its own. */
  private void assertUnharmed() {
    long number = host.push(node, set("by the host"));
    host.accepted(number);
    try (WireClient late = server.guest("late")) {
      var seen =
          late.snapshot.stream().filter(any -> any.id().equals(node)).findFirst().orElseThrow();
      assertEquals(host.id, seen.owner());
      assertEquals(new Value.Text("by the host"), seen.properties().values().get("name"));
    }
    for (LogEntry entry : host.entries) {
      if (entry instanceof LogEntry.Committed committed) {
        assertNotEquals(node, committed.commit().node(), "somebody changed it meanwhile");
      }
    }
    assertTrue(host.begun != null);
  }

  private void own(WireClient asker, long request, OwnerAction action, UUID to) {
    asker.send(Channel.COMMANDS, new Message.ChangeOwner(request, action, List.of(node), to));
  }

  private static long doneOf(WireClient client, long request) {
    while (client.await(Channel.COMMANDS, Message.Done.class).request() != request) {
      // Those of earlier requests.
    }
    return request;
  }

  private static Message.Login login(UUID id, byte[] secret, String name, boolean takeOver) {
    return new Message.Login(1, "main", id, secret, name, 0, "", "", "4.3", takeOver);
  }

  private static Operation set(String text) {
    return new Operation.Set(Path.of("name"), new Value.Text(text));
  }
}
