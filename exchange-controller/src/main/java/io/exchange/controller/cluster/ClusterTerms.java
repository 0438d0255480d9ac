package io.exchange.controller.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What must be the same on all nodes of a cluster: each relies on how long the others grant, wait and look, on how many must
 * agree, and on how many slots there are to give.
 *
 * @param lease the longest that anything is granted for
 * @param grace how long a session waits for its channel
 * @param look how often at least a node compares the records with what it holds
 * @param quorum how many nodes must acknowledge a lease
 * @param slots roles with a number of slots of their own
 * @param otherSlots the number of slots of every other role
 */
public record ClusterTerms(
        Duration lease, Duration grace, Duration look, int quorum, Map<String, Integer> slots, int otherSlots) {

    /** Checks. */
    public ClusterTerms {
        slots = Map.copyOf(slots);
    }

    /**
     * What differs on another node.
     *
     * @param there its terms
     * @param nodeId its id
     * @return a line for each option, with both values; empty if all are the same
     */
    public List<String> differences(ClusterTerms there, String nodeId) {
        List<String> lines = new ArrayList<>();
        compare(lines, "the lease (ControllerOptions.setChannelLimits)", lease, there.lease, nodeId);
        compare(lines, "the grace of sessions (ControllerOptions.setChannelLimits)", grace, there.grace, nodeId);
        compare(lines, "the interval of reconciling (setReconcileInterval)", look, there.look, nodeId);
        compare(lines, "the quorum (setQuorum)", quorum, there.quorum, nodeId);
        compare(lines, "the slots of roles (setRoleSlots)", new TreeMap<>(slots), new TreeMap<>(there.slots), nodeId);
        compare(lines, "the slots of every other role", otherSlots, there.otherSlots, nodeId);
        return lines;
    }

    private static void compare(List<String> lines, String option, Object here, Object there, String nodeId) {
        if (!here.equals(there)) {
            lines.add(option + ": " + here + " here, " + there + " on node " + nodeId);
        }
    }
}
