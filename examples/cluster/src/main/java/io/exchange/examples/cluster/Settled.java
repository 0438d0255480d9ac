package io.exchange.examples.cluster;

import io.exchange.connector.ExchangeConnector;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether directory, nodes and connectors agree. */
final class Settled {

    private Settled() {}

    /** Where they differ; empty if all is as it should be. */
    static List<String> differences(
            Map<String, Report.Looked> looks, Map<String, ExchangeConnector> connectors, History history) {
        List<String> found = new ArrayList<>();
        looks.forEach((node, look) -> {
            if (!look.ready()) {
                found.add(node + " is not ready: " + look.detail());
            }
            connectors.forEach((id, connector) -> compare(node, look, connector).ifPresent(found::add));
            if (sessions(look) != connectors.size()) {
                found.add(node + " knows " + sessions(look) + " sessions, there are " + connectors.size());
            }
        });
        Set<String> claimed = new HashSet<>();
        looks.forEach((node, look) -> look.directory().values().stream()
                .flatMap(List::stream)
                .filter(seen -> seen.node().equals(node))
                .forEach(seen -> claimed.add(node + " " + seen.session())));
        Set<String> held = new HashSet<>();
        looks.forEach((node, look) -> look.held().forEach(session -> held.add(node + " " + session)));
        if (!claimed.equals(held)) {
            found.add("nodes hold " + held + ", the directory says " + claimed);
        }
        connectors.values().stream()
                .map(ExchangeConnector::targetId)
                .distinct()
                .filter(target -> history.primary(target).isEmpty())
                .forEach(target -> found.add(target + " has no primary, or two"));
        return found;
    }

    private static int sessions(Report.Looked look) {
        return look.directory().values().stream().mapToInt(List::size).sum();
    }

    private static Optional<String> compare(String node, Report.Looked look, ExchangeConnector connector) {
        Optional<Report.Seen> seen = look.directory().getOrDefault(connector.targetId(), List.of()).stream()
                .filter(candidate -> candidate.connector().equals(connector.connectorId()))
                .findFirst();
        if (seen.isEmpty() || !seen.get().attached()) {
            return Optional.of(node + " sees " + connector.connectorId() + " not attached: " + seen);
        }
        List<Long> holds =
                connector.grants().stream().map(grant -> grant.term()).toList();
        return seen.get().terms().equals(holds)
                ? Optional.empty()
                : Optional.of(node + " sees " + seen.get() + ", and it holds " + holds);
    }
}
