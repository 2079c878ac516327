package org.multiuser.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.multiuser.app.timing.Timings;

/**
 * Executes a script's steps, one after the other, up to the first that fails. Branches of a {@code
 * parallel} have a thread each; no user acts in two of them.
 */
final class ScriptRunner implements AutoCloseable {
  private static final int STOP_SECONDS = 30;

  private final ScriptSteps single;
  private final Consumer<ScriptResult> told;
  private final List<ScriptResult> results = new ArrayList<>();
  private final Timings timings = new Timings();

  /**
   * Where a step stands.
   *
   * @param users those whose edits it may commit: all that act on its thread
   * @param seed what random edits begin with that name no seed themselves
   * @param depth how many branches it stands in
   */
  record Scope(Set<String> users, long seed, int depth) {}

  /**
   * A runner of one script.
   *
   * @param single carries out the single steps; closed with the runner
   * @param told of each step when it is done, by one thread at a time; of those in a repeat only
   *     what they come to
   */
  ScriptRunner(ScriptSteps single, Consumer<ScriptResult> told) {
    this.single = single;
    this.told = told;
  }

  /** Carries out these steps; how each of them went, in the order in which they ended. */
  List<ScriptResult> run(List<Script.Step> steps) {
    sequence(steps, new Scope(ScriptUsers.of(steps), 0, 0), this::tell);
    return results;
  }

  /** How long the single steps took, also those in a repeat, by their words. */
  Timings timings() {
    return timings;
  }

  @Override
  public void close() {
    single.close();
  }

  private synchronized void tell(ScriptResult result) {
    results.add(result);
    told.accept(result);
  }

  /** What was wrong with the first that failed; empty if all went well, or were stopped between. */
  private Optional<String> sequence(
      List<Script.Step> steps, Scope scope, Consumer<ScriptResult> hears) {
    for (Script.Step step : steps) {
      if (Thread.currentThread().isInterrupted()) {
        return Optional.empty();
      }
      ScriptResult result = one(step, scope, hears);
      hears.accept(result);
      if (!result.isOk()) {
        return Optional.of(
            "line " + result.line() + ", '" + result.verb() + "': " + result.problem());
      }
    }
    return Optional.empty();
  }

  private ScriptResult one(Script.Step step, Scope scope, Consumer<ScriptResult> hears) {
    long start = System.nanoTime();
    String problem = null;
    String note = "";
    try {
      note =
          switch (step.verb()) {
            case Script.REPEAT -> repeat(step, scope);
            case Script.PARALLEL -> parallel(step, scope, hears);
            default -> single.carryOut(step, scope);
          };
    } catch (IllegalArgumentException | IllegalStateException | ScriptException e) {
      problem = e.getMessage();
    }
    long nanos = System.nanoTime() - start;
    if (!step.isBlock()) {
      timings.add(step.verb(), nanos);
    }
    return new ScriptResult(step.line(), step.verb(), scope.depth(), nanos, problem, note);
  }

  private String repeat(Script.Step step, Scope outer) {
    ScriptArguments the = new ScriptArguments(step);
    long times = the.whole("times", Long.MAX_VALUE);
    long nanos = (long) (the.number("seconds", Double.POSITIVE_INFINITY) * 1e9);
    Scope scope = new Scope(outer.users(), the.whole("seed", outer.seed()), outer.depth());
    Timings own = new Timings();
    long start = System.nanoTime();
    long round = 0;
    while (round < times && System.nanoTime() - start < nanos) {
      long now = ++round;
      sequence(step.inner().get(0), scope, result -> own.add(result.verb(), result.nanos()))
          .ifPresent(problem -> fail("round " + now + ", " + problem));
      if (Thread.currentThread().isInterrupted()) {
        throw stopped(null);
      }
    }
    return round + " rounds; " + own.line();
  }

  private String parallel(Script.Step step, Scope scope, Consumer<ScriptResult> hears) {
    List<List<Script.Step>> branches = step.inner();
    ExecutorService threads = Executors.newFixedThreadPool(branches.size());
    CompletionService<Optional<String>> ends = new ExecutorCompletionService<>(threads);
    for (List<Script.Step> branch : branches) {
      Scope own = new Scope(ScriptUsers.of(branch), scope.seed(), scope.depth() + 1);
      ends.submit(() -> sequence(branch, own, hears));
    }
    Optional<String> first = Optional.empty();
    try {
      for (int i = 0; i < branches.size(); i++) {
        Optional<String> problem = ends.take().get();
        if (first.isEmpty() && problem.isPresent()) {
          first = problem;
          threads.shutdownNow(); // Interrupts the others: each ends with the step that it is at.
        }
      }
    } catch (InterruptedException e) {
      throw stopped(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a branch met an internal error: " + e.getCause(), e);
    } finally {
      end(threads);
    }
    first.ifPresent(ScriptRunner::fail);
    return branches.size() + " branches";
  }

  /** Nobody may use a branch's users while its thread is still at work. */
  private static void end(ExecutorService threads) {
    threads.shutdownNow();
    boolean wasInterrupted = Thread.interrupted(); // Else the wait would end at once.
    try {
      threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      wasInterrupted = true;
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void fail(String text) {
    throw new IllegalStateException(text);
  }

  /** What a step ends with that was interrupted; the thread stays so. */
  static IllegalStateException stopped(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("stopped, as another branch failed", cause);
  }
}
