package io.exchange.examples.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who was primary of one target, and when, as the connectors were told. Confined to its {@link History}. */
final class Tenures {

    /** A callback may be that late on a busy machine. */
    private static final long CALLBACK_NANOS = 300_000_000L;

    private final String target;
    private final List<Tenure> all = new ArrayList<>();

    /** The time for which a connector held the role under a term. */
    private static final class Tenure {

        final String connector;
        final long term;
        final long from;
        long to = Long.MAX_VALUE;

        Tenure(String connector, long term, long from) {
            this.connector = connector;
            this.term = term;
            this.from = from;
        }

        @Override
        public String toString() {
            String until = to == Long.MAX_VALUE ? "" : Long.toString(to / 1_000_000);
            return connector + " under " + term + " from " + from / 1_000_000 + " to " + until + " ms";
        }
    }

    Tenures(String target) {
        this.target = target;
    }

    void granted(String connector, long term, long nanos) {
        released(connector, nanos);
        all.add(new Tenure(connector, term, nanos));
    }

    void released(String connector, long nanos) {
        all.stream()
                .filter(tenure -> tenure.connector.equals(connector) && tenure.to == Long.MAX_VALUE)
                .forEach(tenure -> tenure.to = nanos);
    }

    /** Who holds the role now, if exactly one does. */
    Optional<String> holder() {
        List<Tenure> now =
                all.stream().filter(tenure -> tenure.to == Long.MAX_VALUE).toList();
        return now.size() == 1 ? Optional.of(now.get(0).connector) : Optional.empty();
    }

    /** The term of who holds it now, else 0. */
    long term() {
        return all.stream()
                .filter(tenure -> tenure.to == Long.MAX_VALUE)
                .mapToLong(tenure -> tenure.term)
                .max()
                .orElse(0);
    }

    /** Forgets what has ended, but the last tenure, so that terms go on being compared. */
    void forget() {
        if (!all.isEmpty()) {
            Tenure last = all.get(all.size() - 1);
            all.removeIf(tenure -> tenure.to != Long.MAX_VALUE && tenure != last);
        }
    }

    /**
     * Says what must not be.
     *
     * @param divided when the nodes did not see each other and there was no quorum, so that two may have held it
     */
    List<String> violations(Pauses divided) {
        List<String> found = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            for (int j = i + 1; j < all.size(); j++) {
                check(all.get(i), all.get(j), divided, found);
            }
        }
        return found;
    }

    private void check(Tenure earlier, Tenure later, Pauses divided, List<String> found) {
        boolean overlap = later.from + CALLBACK_NANOS < earlier.to;
        if (overlap && !divided.overlap(later.from, earlier.to)) {
            found.add(target + ": two held the role at once, " + earlier + " and " + later);
        }
        boolean sameHolder = earlier.connector.equals(later.connector);
        boolean grown = later.term > earlier.term || (sameHolder && later.term == earlier.term);
        if (!grown && !divided.overlap(earlier.from, later.from)) {
            found.add(target + ": terms did not grow, " + earlier + " and then " + later);
        }
    }
}
