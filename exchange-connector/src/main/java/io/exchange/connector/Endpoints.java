package io.exchange.connector;

import java.util.List;
import java.util.Optional;

/** Where to attach next: round the list from a random start, or where a controller pointed, if the list has that. */
final class Endpoints {

    private final List<String> list;
    private int next;
    private Optional<String> pointedTo = Optional.empty();

    Endpoints(List<String> list, double random) {
        this.list = List.copyOf(list);
        this.next = (int) (random * list.size());
    }

    void pointTo(Optional<String> endpoint) {
        pointedTo = endpoint.filter(list::contains);
    }

    String next() {
        if (pointedTo.isPresent()) {
            String endpoint = pointedTo.get();
            pointedTo = Optional.empty();
            return endpoint;
        }
        String endpoint = list.get(next % list.size());
        next = (next + 1) % list.size();
        return endpoint;
    }
}
