package io.exchange.api;

/**
 * One slot of a role, held under a term.
 *
 * <p>The term is the fencing token: for a slot, terms only grow, so whoever has seen a term rejects what comes with a
 * lower one. Pass it along with whatever only the holder may do.
 *
 * @param role the role
 * @param slot the slot of the role, from 0
 * @param term the term, greater than that of every earlier holder of the slot
 */
public record Grant(String role, int slot, long term) {

    /** Checks. */
    public Grant {
        Limits.requireName("role", role);
        if (slot < 0) {
            throw new IllegalArgumentException("a slot counts from 0, not " + slot);
        }
        if (term < 1) {
            throw new IllegalArgumentException("a term is positive, not " + term);
        }
    }

    /**
     * Whether this is the same slot of the same role, whatever the term.
     *
     * @param other the other grant
     * @return whether role and slot are the same
     */
    public boolean sameSlot(Grant other) {
        return slot == other.slot && role.equals(other.role);
    }
}
