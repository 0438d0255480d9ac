package io.exchange.connector;

import io.exchange.api.ExchangeObserver;
import io.exchange.api.Grant;
import io.exchange.api.Roles;
import io.exchange.channel.Loop;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** Tells the application what it holds, once for changes that come together. Confined to the connector's loop. */
final class RoleCallbacks {

    private static final Logger LOG = System.getLogger(RoleCallbacks.class.getName());

    private final List<Consumer<Set<Grant>>> onGrants = new CopyOnWriteArrayList<>();
    private final List<LongConsumer> onPrimary = new CopyOnWriteArrayList<>();
    private final List<Runnable> onSecondary = new CopyOnWriteArrayList<>();
    private final Loop loop;
    private final ExchangeObserver observer;
    private final String targetId;
    private final String connectorId;
    private Supplier<Set<Grant>> held = Set::of;
    private volatile Set<Grant> told = Set.of();
    private boolean scheduled;

    RoleCallbacks(Loop loop, ConnectorOptions options) {
        this.loop = loop;
        this.observer = options.getObserver();
        this.targetId = options.getTargetId();
        this.connectorId = options.getConnectorId();
    }

    void onGrants(Consumer<Set<Grant>> action) {
        onGrants.add(action);
    }

    void onPrimary(LongConsumer action) {
        onPrimary.add(action);
    }

    void onSecondary(Runnable action) {
        onSecondary.add(action);
    }

    /** What was told last. May be asked from any thread. */
    Set<Grant> told() {
        return told;
    }

    /**
     * What is held has changed. What is lost is told at once, as others may hold it soon; what is gained, with the turn, unless
     * the loop is so late that it is not held any more.
     *
     * @param heldNow what is held at the moment when it is asked
     */
    void changed(Supplier<Set<Grant>> heldNow) {
        held = heldNow;
        Set<Grant> now = heldNow.get();
        if (!now.containsAll(told)) {
            tell();
        } else if (!scheduled && !now.equals(told)) {
            scheduled = true;
            loop.execute(this::tell);
        }
    }

    private void tell() {
        scheduled = false;
        Set<Grant> before = told;
        Set<Grant> now = Set.copyOf(held.get());
        if (before.equals(now)) {
            return;
        }
        told = now;
        before.stream().filter(grant -> !now.contains(grant)).forEach(this::observeReleased);
        now.stream().filter(grant -> !before.contains(grant)).forEach(this::observeGranted);
        onGrants.forEach(action -> run(() -> action.accept(now)));
        tellPrimary(primary(before), primary(now));
    }

    private void tellPrimary(Optional<Grant> before, Optional<Grant> now) {
        if (now.isPresent() && !now.equals(before)) {
            long term = now.get().term();
            onPrimary.forEach(action -> run(() -> action.accept(term)));
        } else if (before.isPresent() && now.isEmpty()) {
            onSecondary.forEach(RoleCallbacks::run);
        }
    }

    private static Optional<Grant> primary(Set<Grant> grants) {
        return grants.stream()
                .filter(grant -> grant.role().equals(Roles.PRIMARY))
                .findFirst();
    }

    private void observeGranted(Grant grant) {
        observer.granted(targetId, connectorId, grant);
    }

    private void observeReleased(Grant grant) {
        observer.released(targetId, connectorId, grant);
    }

    private static void run(Runnable callback) {
        try {
            callback.run();
        } catch (Throwable e) {
            LOG.log(Level.WARNING, "a role callback failed", e);
        }
    }
}
