package io.exchange.examples.benchmarks;

import io.exchange.controller.primary.Attach;
import io.exchange.controller.primary.Election;
import io.exchange.controller.primary.ElectionRules;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import io.exchange.controller.primary.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The pure step of the election, on a target with two connectors. */
@State(Scope.Thread)
public class ElectionBenchmark {

    private static final long NOW = 1_700_000_000_000L;

    private final TargetRecord unknown = TargetRecord.unknown("gateway-eu");
    private final TargetRecord two = next(next(unknown, attached(1)), attached(2));

    private static TargetEvent attached(int connector) {
        Attach attach =
                new Attach("session-" + connector, "connector-" + connector, 1, "channel-" + connector, "node-1");
        return new TargetEvent.Attached(attach, Map.of("zone", "a"), Set.of("primary"), List.of(), "", "token", NOW);
    }

    private static TargetRecord next(TargetRecord record, TargetEvent event) {
        if (Election.step(record, event, ElectionRules.DEFAULT) instanceof Verdict.Accepted accepted) {
            return accepted.record();
        }
        throw new IllegalStateException("refused");
    }

    /**
     * The first connector of a target attaches and is elected.
     *
     * @return the record after it
     */
    @Benchmark
    public Object firstAttach() {
        return Election.step(unknown, attached(1), ElectionRules.DEFAULT);
    }

    /**
     * A session that holds the role loses its channel.
     *
     * @return the record after it
     */
    @Benchmark
    public Object holderSuspended() {
        return Election.step(two, new TargetEvent.Suspended("session-1", 1, NOW + 1), ElectionRules.DEFAULT);
    }

    /**
     * The lease of the holder is over, and the other connector is elected.
     *
     * @return the record after it
     */
    @Benchmark
    public Object holderGone() {
        TargetRecord ended = next(two, new TargetEvent.Ended("session-1", 1, NOW + 1));
        return Election.step(ended, new TargetEvent.NodeLeaseOver("node-1", NOW + 2), ElectionRules.DEFAULT);
    }

    /**
     * The periodic look at a record, where nothing is to be done.
     *
     * @return the same record
     */
    @Benchmark
    public Object swept() {
        return Election.step(two, new TargetEvent.Swept(NOW + 3), ElectionRules.DEFAULT);
    }
}
