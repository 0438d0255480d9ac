package io.exchange.controller.primary;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class NodeLeaseTest {

    private static final Duration LEASE = Duration.ofNanos(100);
    private static final Duration DETECTION = Duration.ofNanos(40);

    @Test
    void a_node_that_is_alone_may_always_grant_a_whole_lease() {
        assertThat(NodeLease.alone(LEASE).grantableNanos(Long.MAX_VALUE)).isEqualTo(100);
        assertThat(NodeLease.alone(LEASE).grantableNanos(Long.MIN_VALUE)).isEqualTo(100);
    }

    @Test
    void a_member_grants_nothing_before_a_quorum_acknowledged() {
        NodeLease lease = NodeLease.member(3, LEASE, DETECTION, 0).acknowledged("b", 0);

        assertThat(lease.grantableNanos(10)).isZero();
        assertThat(lease.acknowledged("c", 5).grantableNanos(10)).isEqualTo(90);
    }

    @Test
    void the_slowest_of_the_quorum_counts_from_when_the_round_was_sent() {
        NodeLease lease = NodeLease.member(2, LEASE, DETECTION, 0)
                .acknowledged("b", 5)
                .acknowledged("c", 20)
                .acknowledged("b", 3);

        assertThat(lease.grantableNanos(30)).isEqualTo(90);
        assertThat(lease.without("c").grantableNanos(30)).isEqualTo(75);
    }

    @Test
    void it_ends_one_lease_after_the_last_round_that_a_quorum_acknowledged() {
        NodeLease lease =
                NodeLease.member(2, LEASE, DETECTION, 0).acknowledged("b", 0).tick(90);

        assertThat(lease.tick(30).tick(60).tick(90).grantableNanos(99)).isEqualTo(0);
        assertThat(NodeLease.member(2, LEASE, DETECTION, 70)
                        .acknowledged("b", 0)
                        .grantableNanos(99))
                .isEqualTo(1);
        assertThat(NodeLease.member(2, LEASE, DETECTION, 70)
                        .acknowledged("b", 0)
                        .grantableNanos(100))
                .isZero();
    }

    @Test
    void a_clock_that_jumped_further_than_the_detection_time_stops_it_until_it_joined_again() {
        NodeLease lease = NodeLease.member(1, LEASE, DETECTION, 0).tick(40);
        assertThat(lease.grantableNanos(80)).isEqualTo(100);
        assertThat(lease.grantableNanos(81)).isZero();

        NodeLease stopped = lease.tick(81);
        assertThat(stopped.stopped()).isTrue();
        assertThat(stopped.tick(82).grantableNanos(82)).isZero();
        assertThat(stopped.rejoined(90).grantableNanos(90)).isEqualTo(100);
    }

    @Test
    void a_clock_that_overflows_changes_nothing() {
        NodeLease lease =
                NodeLease.member(2, LEASE, DETECTION, Long.MAX_VALUE - 5).acknowledged("b", Long.MAX_VALUE - 5);

        assertThat(lease.grantableNanos(Long.MIN_VALUE + 4)).isEqualTo(90);
    }
}
