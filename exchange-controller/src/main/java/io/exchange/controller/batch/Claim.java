package io.exchange.controller.batch;

/**
 * Who runs a batch. Whatever the runner writes is accepted only under the claim that the record names.
 *
 * @param nodeId the process life of a node; empty if nobody runs it
 * @param epoch grows with each claim
 */
public record Claim(String nodeId, long epoch) {

    /** Of a batch that nobody has run. */
    public static final Claim NONE = new Claim("", 0);

    /**
     * Whether somebody runs it.
     *
     * @return whether it names a node
     */
    public boolean isHeld() {
        return !nodeId.isEmpty();
    }

    Claim takenBy(String node) {
        return new Claim(node, epoch + 1);
    }

    Claim released() {
        return new Claim("", epoch);
    }
}
