package io.exchange.controller.primary;

import java.util.Map;

/**
 * How many slots each role has, the same on every node.
 *
 * @param slots roles with a number of slots of their own; 0 for a role that nobody gets
 * @param otherSlots the number of slots of every other role
 * @param electing false where nobody new may be elected, as on a node below quorum
 */
public record ElectionRules(Map<String, Integer> slots, int otherSlots, boolean electing) {

    /** One slot for each role. */
    public static final ElectionRules DEFAULT = new ElectionRules(Map.of(), 1, true);

    /** The most slots that a role can have: a bound on the size of a record. */
    public static final int MAX_SLOTS = 1024;

    /** Checks. */
    public ElectionRules {
        slots = Map.copyOf(slots);
        slots.forEach(ElectionRules::requireSlots);
        requireSlots("every other role", otherSlots);
    }

    private static void requireSlots(String role, int number) {
        if (number < 0 || number > MAX_SLOTS) {
            throw new IllegalArgumentException(role + " has 0 to " + MAX_SLOTS + " slots, not " + number);
        }
    }

    /**
     * The slots of a role.
     *
     * @param role the role
     * @return how many connectors of a target may hold it at a time
     */
    public int slotsOf(String role) {
        return slots.getOrDefault(role, otherSlots);
    }

    /**
     * The same rules for a node that may or may not elect.
     *
     * @param mayElect whether it may
     * @return the rules
     */
    public ElectionRules withElecting(boolean mayElect) {
        return new ElectionRules(slots, otherSlots, mayElect);
    }
}
