package io.exchange.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.Delivery;
import io.exchange.channel.ScriptedRun.Break;
import io.exchange.channel.ScriptedRun.Fault;
import io.exchange.channel.ScriptedRun.Sequel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Short exchanges, each played once for every frame of it and every way in which the connection can break at that frame. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class CutAtEveryFrameTest {

    private static final Logger LOG = Logger.getLogger("io.exchange");

    private static final int SMALL = 10;
    /** Goes in two fragments. */
    private static final int FRAGMENTED = 70_000;
    /** Goes in many fragments, which do not leave at once. */
    private static final int HUGE = 600_000;

    @BeforeAll
    static void saySoftly() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void saySomethingAgain() {
        LOG.setLevel(null);
    }

    @ParameterizedTest
    @EnumSource
    void a_command_and_its_reply(Delivery delivery) {
        everywhere(run -> {
            both(run, delivery, "answer", SMALL);
            both(run, delivery, "answer later", SMALL);
        });
    }

    @ParameterizedTest
    @EnumSource
    void a_handler_that_throws_and_one_that_never_answers(Delivery delivery) {
        everywhere(run -> {
            both(run, delivery, "throw", SMALL);
            both(run, delivery, "answer never", SMALL);
        });
    }

    @ParameterizedTest
    @EnumSource
    void large_payloads_in_fragments(Delivery delivery) {
        everywhere(0, run -> {
            both(run, delivery, "answer", FRAGMENTED);
            both(run, delivery, "answer later", FRAGMENTED);
        });
    }

    @ParameterizedTest
    @EnumSource
    void large_payloads_that_are_encoded_on_another_thread(Delivery delivery) {
        everywhere(0, run -> {
            run.loop.offloadedTakes(Duration.ofMillis(70)); // longer than to come back
            run.scripted.encoded.request().encode(FRAGMENTED); // so that the next are known to be large
            run.later(10, () -> {
                both(run, delivery, "answer", SMALL);
                both(run, delivery, "answer to what is encoded", FRAGMENTED);
                both(run, delivery, "answer to what is encoded", HUGE);
                both(run, delivery, "answer later", SMALL);
            });
        });
    }

    @ParameterizedTest
    @EnumSource
    void a_cancel_while_the_handler_runs(Delivery delivery) {
        everywhere(run -> {
            for (ScriptedCommand command : both(run, delivery, "answer on cancel", SMALL)) {
                run.later(30, command::cancel);
            }
            for (ScriptedCommand command : both(run, delivery, "answer never", SMALL)) {
                run.later(30, command::cancel);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void a_cancel_while_the_payload_is_on_its_way(Delivery delivery) {
        everywhere(
                0,
                run -> both(run, delivery, "answer later", HUGE)
                        .forEach(command -> run.loop.execute(() -> run.loop.execute(command::cancel))));
    }

    @ParameterizedTest
    @EnumSource
    void a_cancel_after_the_fault(Delivery delivery) {
        everywhere(0, run -> {
            both(run, delivery, "answer on cancel", FRAGMENTED).forEach(command -> run.later(55, command::cancel));
            both(run, delivery, "answer on cancel", SMALL).forEach(command -> run.later(100, command::cancel));
        });
    }

    @ParameterizedTest
    @EnumSource
    void a_cancel_while_the_repeat_is_on_its_way(Delivery delivery) {
        everywhere(0, run -> {
            List<ScriptedCommand> commands = both(run, delivery, "answer on cancel", HUGE);
            run.afterSecondAttach(() -> commands.forEach(ScriptedCommand::cancel));
        });
    }

    @ParameterizedTest
    @EnumSource
    void items_both_ways(Delivery delivery) {
        everywhere(run -> both(run, delivery, "flow", SMALL));
    }

    @ParameterizedTest
    @EnumSource
    void large_items_both_ways(Delivery delivery) {
        everywhere(0, run -> both(run, delivery, "flow", FRAGMENTED));
    }

    @ParameterizedTest
    @EnumSource
    void items_of_a_call_that_can_start_again(Delivery delivery) {
        everywhere(0, run -> {
            both(run, delivery, "flow that restarts", SMALL);
            both(run, delivery, "flow that restarts", FRAGMENTED).forEach(command -> run.later(100, command::cancel));
        });
    }

    private static List<ScriptedCommand> both(ScriptedRun run, Delivery delivery, String kind, int bytes) {
        return List.of(run.send(true, delivery, kind, bytes), run.send(false, delivery, kind, bytes));
    }

    private static void everywhere(Consumer<ScriptedRun> script) {
        everywhere(0, script);
        everywhere(1, script);
    }

    private static void everywhere(int maxConcurrent, Consumer<ScriptedRun> script) {
        List<String> complaints = new ArrayList<>();
        ScriptedRun whole = new ScriptedRun(ScriptedRun.NONE, maxConcurrent);
        int frames = whole.play(script);
        complaints.addAll(whole.complaints());
        for (int frame = 0; frame < frames; frame++) {
            for (Break how : Break.values()) {
                for (Sequel sequel : Sequel.values()) {
                    ScriptedRun run = new ScriptedRun(new Fault(frame, how, sequel), maxConcurrent);
                    run.play(script);
                    complaints.addAll(run.complaints());
                }
            }
        }
        assertThat(complaints).isEmpty();
    }
}
