package org.multiuser.arch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Who may know whom: each row of {@link #ROWS} is a rule over the compiled classes. */
class LayeringTest {
  private static final String ROOT = "org.multiuser.";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.multiuser");

  /** What makes a core impure: sockets, files, threads, clocks. */
  private static final List<String> IMPURE =
      List.of(
          "java.io.File*",
          "java.nio.file.",
          "java.nio.channels.",
          "java.net.",
          "java.sql.",
          "java.util.concurrent.Executor*",
          "java.util.concurrent.locks.",
          "java.lang.Thread",
          "java.time.Clock",
          "java.security.SecureRandom",
          "org.zeromq.",
          "zmq.",
          "io.netty.",
          "py4j.",
          "org.sqlite.");

  /** A package and what it must not know: our packages by their short names, others in full. */
  private record Row(String who, List<String> our, List<String> others) {}

  private static final List<Row> ROWS =
      List.of(
          new Row(
              "protocol",
              List.of("agent", "repository", "presence", "bridge", "network", "server", "app"),
              IMPURE),
          new Row("repository", List.of("agent", "bridge", "network", "server", "app"), IMPURE),
          new Row("presence", List.of("bridge", "network", "server", "app"), IMPURE),
          new Row("agent", List.of("bridge", "network", "server", "app"), IMPURE),
          new Row(
              "server.room",
              List.of(
                  "agent",
                  "repository",
                  "bridge",
                  "network",
                  "server.storage",
                  "server.login",
                  "app"),
              Stream.concat(IMPURE.stream(), Stream.of("org.bouncycastle.")).toList()),
          new Row(
              "server.login",
              List.of("agent", "repository", "bridge", "network", "server.storage", "app"),
              List.of("org.zeromq.", "zmq.", "io.netty.", "py4j.", "java.io.File*", "java.net.")),
          new Row(
              "server.storage",
              List.of("agent", "repository", "bridge", "network", "server.login", "app"),
              List.of("org.zeromq.", "zmq.", "io.netty.", "py4j.")),
          new Row(
              "network",
              List.of(
                  "protocol.rights",
                  "repository",
                  "bridge",
                  "server.storage",
                  "server.login",
                  "app"),
              List.of("py4j.", "org.sqlite.", "java.sql.")),
          new Row(
              "bridge",
              List.of("network", "server", "app"),
              List.of("org.zeromq.", "zmq.", "io.netty.", "org.sqlite.")));

  @TestFactory
  Stream<DynamicTest> whoMayKnowWhom() {
    return ROWS.stream()
        .map(row -> DynamicTest.dynamicTest(row.who(), () -> rule(row).check(CLASSES)));
  }

  @Test
  @DisplayName("only app wires: nobody knows it")
  void nobodyKnowsApp() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "app..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + "app..")
        .check(CLASSES);
  }

  @Test
  @DisplayName("protocol knows only the JDK and msgpack")
  void protocolKnowsOnlyMsgpack() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "protocol..")
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages(ROOT + "protocol..", "java..", "org.msgpack..")
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  @DisplayName("the rules look at real classes")
  void classesWereRead() {
    assertTrue(CLASSES.size() > 20, "only " + CLASSES.size() + " classes were imported");
  }

  private static ArchRule rule(Row row) {
    return noClasses()
        .that()
        .resideInAPackage(ROOT + row.who() + "..")
        .should()
        .dependOnClassesThat(forbidden(row))
        .allowEmptyShould(true);
  }

  private static DescribedPredicate<JavaClass> forbidden(Row row) {
    List<String> prefixes =
        Stream.concat(row.our().stream().map(p -> ROOT + p + "."), row.others().stream()).toList();
    return DescribedPredicate.describe(
        "are one of " + prefixes,
        type -> prefixes.stream().anyMatch(p -> matches(type.getName(), p)));
  }

  private static boolean matches(String name, String pattern) {
    if (pattern.endsWith("*")) {
      return name.startsWith(pattern.substring(0, pattern.length() - 1));
    }
    return pattern.endsWith(".") ? name.startsWith(pattern) : name.equals(pattern);
  }
}
