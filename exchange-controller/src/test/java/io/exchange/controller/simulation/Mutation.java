package io.exchange.controller.simulation;

/** A mistake, made in the wiring of the simulation, that the invariants must catch. */
enum Mutation {
    /** Everything as it should be. */
    NONE,
    /** A node takes the loss of a channel for the release of what was told by it. */
    LEASE_NOT_WAITED_FOR,
    /** A new holder gets the term of the one before. */
    TERM_REUSED,
    /** Revokes are not sent, and heartbeats answered as before. */
    RENEWED_AFTER_REVOKE,
    /** A connector listens to a channel that it gave up. */
    OLD_CHANNEL_HEARD,
    /** A lease counts from when the answer came. */
    LEASE_FROM_THE_ANSWER,
    /** A hello says that nothing is held. */
    HELLO_DENIES_WHAT_IT_HOLDS,
    /** A controller that lost its records elects at once. */
    NOT_SETTLED,
    /** Clocks run more than a hundredth apart. */
    CLOCKS_TOO_FAR_APART,
    /** Of two halves only the higher tenure of a slot is kept. */
    MERGE_DROPS_A_TENURE,
    /** What a vanished node granted is given away at once. */
    FENCE_DOES_NOT_WAIT,
    /** A record that is created after a loss elects at once. */
    SETTLING_SKIPPED,
    /** A grant is told before the backup of its record has it. */
    TOLD_BEFORE_IT_IS_SURE,
    /** A node that was frozen goes on renewing. */
    THAWED_NODE_RENEWS,
    /** Nodes do not compare the records with what there is. */
    NEVER_RECONCILED
}
