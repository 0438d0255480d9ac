package io.exchange.controller.simulation;

/** A process: it has a clock of its own, which runs at its own rate, also while it is paused. */
class SimProcess {

    final World world;
    private final double rate;
    private final long offset;
    private long pausedUntil;
    private boolean dead;

    SimProcess(World world, double skew) {
        this.world = world;
        this.rate = 1 + skew * (2 * world.random.nextDouble() - 1);
        // a monotonic clock may read anything, a negative number or one that is about to overflow
        this.offset =
                world.chance(0.3) ? Long.MAX_VALUE - world.between(0, 600 * World.SECOND) : world.random.nextLong();
    }

    /** The monotonic clock of the process. */
    final long nanos() {
        return offset + (long) (world.now() * rate);
    }

    /** Does something later, by the clock of the process, and a little later than wanted. */
    final void after(long nanos, Runnable action) {
        world.at(world.now() + (long) (Math.max(0, nanos) / rate) + world.about(World.MILLI), this, action);
    }

    final void pause(long nanos) {
        pausedUntil = Math.max(pausedUntil, world.now() + nanos);
    }

    final long pausedUntil() {
        return pausedUntil;
    }

    final void kill() {
        dead = true;
    }

    final boolean isDead() {
        return dead;
    }

    final boolean isRunning() {
        return !dead && pausedUntil <= world.now();
    }
}
