package io.exchange.grpc;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClientAgent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP clients that a transport opens its connections with: one at a time, shared, so that key and trust material is
 * read once. A client that has waited in vain for a connection is retired, as there is no other way to let go of a socket
 * that was opened and never answered: it is closed, and the socket with it, when nothing else uses it. So is one with
 * certificates that are out of date, as Vert.x keeps what it has once read of a file. May be used from any thread.
 */
final class ClientAgents {

    /** A client and how many connections were opened with it, or are being opened. */
    final class Lease {
        private final HttpClientAgent agent;
        private int uses;
        private boolean retired;

        private Lease(HttpClientAgent agent) {
            this.agent = agent;
        }

        HttpClientAgent agent() {
            return agent;
        }

        /** The connection is closed, or was not opened. */
        void release() {
            end(this, false);
        }

        /** The connection was not opened in time, and nobody knows whether it still will be. */
        void giveUp() {
            end(this, true);
        }
    }

    private final Supplier<HttpClientAgent> factory;
    private final Set<HttpClientAgent> agents = new HashSet<>();
    private @Nullable Lease current;

    ClientAgents(Supplier<HttpClientAgent> factory) {
        this.factory = factory;
    }

    synchronized Lease lease() {
        Lease lease = current;
        if (lease == null) {
            lease = new Lease(factory.get());
            agents.add(lease.agent);
            current = lease;
        }
        lease.uses++;
        return lease;
    }

    private void end(Lease lease, boolean retire) {
        boolean close;
        synchronized (this) {
            lease.uses--;
            lease.retired |= retire;
            if (lease.retired && lease == current) {
                current = null;
            }
            close = lease.retired && lease.uses == 0 && agents.remove(lease.agent);
        }
        if (close) {
            lease.agent.close();
        }
    }

    /** Connections are opened with a new client from now on. */
    void renew() {
        Lease old;
        synchronized (this) {
            old = current;
            if (old == null) {
                return;
            }
            old.uses++;
        }
        end(old, true);
    }

    Future<Void> close() {
        List<Future<Void>> closing = new ArrayList<>();
        synchronized (this) {
            agents.forEach(agent -> closing.add(agent.close()));
            agents.clear();
            current = null;
        }
        return Future.join(closing).mapEmpty();
    }
}
