package io.exchange.controller.simulation;

import io.exchange.api.Grant;
import io.exchange.api.Roles;
import io.exchange.controller.primary.TargetRecord;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What must be so of a target when the faults have been over for long enough: record, nodes and connectors say the same. */
final class Agreement {

    private final Scenario scenario;
    private final String targetId;
    private final TargetRecord record;

    Agreement(Scenario scenario, String targetId, TargetRecord record) {
        this.scenario = scenario;
        this.targetId = targetId;
        this.record = record;
    }

    void check(List<SimConnector> all, List<SimNode> nodes) {
        List<SimConnector> connectors =
                all.stream().filter(one -> one.targetId.equals(targetId)).toList();
        Set<String> present = new TreeSet<>();
        Set<String> recorded = new TreeSet<>();
        Set<String> held = new TreeSet<>();
        Set<Grant> grants = new HashSet<>();
        Set<Grant> confirmed = new HashSet<>();
        for (SimConnector connector : connectors) {
            if (!connector.isLeaving()) {
                present.add(connector.sessionId);
            }
            connector.holds().forEach(grant -> held.add(connector.sessionId + " " + grant));
            grants.addAll(connector.holds());
            require(connector.told().equals(connector.holds()), "the application knows of " + connector.told());
        }
        record.sessions()
                .forEach(session ->
                        record.grants(session.id()).forEach(grant -> recorded.add(session.id() + " " + grant)));
        nodes.forEach(node -> confirmed.addAll(node.confirmed(targetId)));
        Set<String> sessions = new TreeSet<>();
        record.sessions().forEach(session -> sessions.add(session.id()));
        require(sessions.equals(present), "the record has " + sessions + ", but there are " + present + " " + record);
        require(recorded.equals(held), "the record says " + recorded + ", but connectors hold " + held + " " + record);
        require(confirmed.equals(grants), "nodes know of " + confirmed + ", but connectors hold " + grants);
        checkFilled(connectors);
    }

    private void checkFilled(List<SimConnector> connectors) {
        for (String role : List.of(Roles.PRIMARY, "other")) {
            long able = connectors.stream()
                    .filter(connector ->
                            !connector.isLeaving() && connector.roles().contains(role))
                    .count();
            long wanted =
                    Math.min(able, role.equals(Roles.PRIMARY) ? scenario.setup().slots() : 1);
            require(record.holders(role).size() == wanted, "of " + role + " " + wanted + " are wanted: " + record);
        }
    }

    private void require(boolean holds, String what) {
        scenario.require(holds, what);
    }
}
