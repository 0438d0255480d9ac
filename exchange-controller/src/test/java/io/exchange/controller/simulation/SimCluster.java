package io.exchange.controller.simulation;

import io.exchange.controller.primary.TargetRecord;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The members and what keeps their records: a member that is not heard for a while is left behind, members that are cut off
 * together go on as a side of their own, and sides that can reach each other are merged, the smaller into the larger.
 */
final class SimCluster {

    private static final long LOOK = World.SECOND / 4;
    private static final long RETRY = World.SECOND / 2;
    private static final int RETRIES = 12;
    private static final long SLOWEST_VIEW = 3 * World.SECOND / 2;
    private static final double BACKUP_LOST = 0.3;

    private final ClusterEpisode episode;
    private final SimProcess process;
    private final List<Side> sides = new ArrayList<>();
    private final Map<String, SimMember> members = new HashMap<>();
    private final Map<SimMember, Long> unheardSince = new HashMap<>();
    private final Map<SimMember, Side> leftBehind = new LinkedHashMap<>();
    private final Map<Side, Long> mergesAt = new HashMap<>();

    SimCluster(ClusterEpisode episode) {
        this.episode = episode;
        this.process = new SimProcess(episode.world(), 0);
        process.after(LOOK, this::look);
    }

    ClusterEpisode scenario() {
        return episode;
    }

    World world() {
        return episode.world();
    }

    void count(String what) {
        episode.tally().count(what);
    }

    Optional<SimMember> member(String nodeId) {
        return Optional.ofNullable(members.get(nodeId));
    }

    /** The side with the most members. */
    Optional<Side> largest() {
        return sides.stream().max(Comparator.comparing(side -> side.members.size()));
    }

    int sideCount() {
        return sides.size();
    }

    /** Something happens in the cluster that no member does. */
    void later(long nanos, Runnable action) {
        process.after(nanos, action);
    }

    // --- members come and go

    /** A new member joins who it can reach, or is the first of a side. */
    Side admit(SimMember member) {
        members.put(member.nodeId(), member);
        Side side = sides.stream()
                .filter(one -> one.members.stream().anyMatch(other -> other.isRunning() && other.reaches(member)))
                .max(Comparator.comparing(one -> one.members.size()))
                .orElseGet(() -> {
                    Side first = new Side(this, List.of());
                    sides.add(first);
                    return first;
                });
        side.members.add(member);
        side.balance();
        return side;
    }

    /** A member has joined. */
    void joined(Side side) {
        tellViews(side, false);
    }

    private void tellViews(Side side, boolean lost) {
        side.members.forEach(member -> member.looksAround(lost, world().between(0, SLOWEST_VIEW)));
    }

    private void look() {
        List.copyOf(sides).forEach(this::split);
        takeUpLeftBehind();
        List.copyOf(sides).forEach(this::mergeIfDue);
        process.after(LOOK, this::look);
    }

    private void split(Side side) {
        Set<SimMember> main = main(side);
        Set<SimMember> gone = new LinkedHashSet<>();
        for (SimMember member : side.members) {
            if (main.isEmpty() || main.contains(member)) {
                unheardSince.remove(member);
            } else if (world().now() - unheardSince.computeIfAbsent(member, one -> world().now())
                    > Episode.DETECTION * 21 / 20) {
                gone.add(member);
            }
        }
        if (!gone.isEmpty()) {
            leave(side, gone);
        }
    }

    /** Those who hear each other and are the most, or else those with the oldest. */
    private static Set<SimMember> main(Side side) {
        Map<Integer, Set<SimMember>> byNetwork = new LinkedHashMap<>();
        for (SimMember member : side.members) {
            if (member.isRunning()) {
                byNetwork
                        .computeIfAbsent(member.network(), network -> new LinkedHashSet<>())
                        .add(member);
            }
        }
        Set<SimMember> main = Set.of();
        for (Set<SimMember> one : byNetwork.values()) {
            main = one.size() > main.size() ? one : main;
        }
        return main;
    }

    private void leave(Side side, Set<SimMember> gone) {
        Map<Integer, List<SimMember>> together = new LinkedHashMap<>();
        boolean crashed = false;
        for (SimMember member : gone) {
            unheardSince.remove(member);
            if (member.isRunning()) {
                together.computeIfAbsent(member.network(), network -> new ArrayList<>())
                        .add(member);
            } else {
                crashed = true;
                leaveBehind(side, member);
            }
        }
        for (List<SimMember> some : together.values()) {
            count("side split off");
            found(side.fork(some));
        }
        side.lose(gone, crashed ? episode.faults(BACKUP_LOST) : 0);
        tellViews(side, true);
    }

    private void leaveBehind(Side side, SimMember member) {
        member.isOn(null);
        if (!member.isDead()) {
            leftBehind.put(member, side.fork(List.of(member)));
        }
    }

    private void found(Side side) {
        sides.add(side);
        side.members.forEach(member -> member.isOn(side));
        tellViews(side, true);
    }

    private void takeUpLeftBehind() {
        for (SimMember member : List.copyOf(leftBehind.keySet())) {
            if (member.isDead()) {
                leftBehind.remove(member);
            } else if (member.isRunning()) {
                count("thawed and alone");
                found(leftBehind.remove(member));
            }
        }
    }

    private void mergeIfDue(Side side) {
        if (!sides.contains(side)) {
            return;
        }
        Optional<Side> larger = sides.stream()
                .filter(other -> other != side && isSmaller(side, other) && reaches(side, other))
                .findFirst();
        if (larger.isEmpty()) {
            mergesAt.remove(side);
            sides.removeIf(one -> one == side && one.members.stream().allMatch(SimMember::isDead));
        } else if (world().now() >= mergesAt.computeIfAbsent(side, one -> world().now() + mergeDelay())) {
            absorb(side, larger.get());
        }
    }

    private long mergeDelay() {
        return world().between(2 * World.SECOND, 8 * World.SECOND);
    }

    private boolean isSmaller(Side side, Side other) {
        int difference = Integer.compare(side.members.size(), other.members.size());
        return difference < 0 || (difference == 0 && sides.indexOf(side) > sides.indexOf(other));
    }

    private static boolean reaches(Side side, Side other) {
        Set<Integer> networks = new LinkedHashSet<>();
        main(side).forEach(member -> networks.add(member.network()));
        return main(other).stream().anyMatch(member -> networks.contains(member.network()));
    }

    private void absorb(Side side, Side larger) {
        count("sides merged");
        sides.remove(side);
        mergesAt.remove(side);
        side.mergedInto(larger);
        for (SimMember member : List.copyOf(side.members)) {
            if (member.isRunning()) {
                member.movesTo(larger);
                larger.members.add(member);
            } else {
                leaveBehind(side, member);
            }
        }
        larger.balance();
        tellViews(larger, false);
        for (TargetRecord record : side.records().values()) {
            if (!world().chance(episode.faults(0.03))) {
                process.after(
                        world().between(0, World.SECOND), () -> larger.heir().merge(record));
            }
        }
    }

    // --- records, some way off

    <T> Future<T> ask(SimMember from, String targetId, Function<Map.Entry<String, TargetRecord>, T> question) {
        Promise<T> answer = Promise.promise();
        long at = from.laneTo(targetId, world().now() + way());
        if (world().chance(episode.faults(0.01))) {
            from.later(World.SECOND, () -> answer.fail("lost"));
        } else {
            world().at(at, process, () -> attempt(from, targetId, question, answer, 0));
        }
        return answer.future();
    }

    private <T> void attempt(
            SimMember from,
            String targetId,
            Function<Map.Entry<String, TargetRecord>, T> question,
            Promise<T> answer,
            int tries) {
        Optional<SimMember> owner = from.side().flatMap(side -> side.ownerOf(targetId));
        if (owner.filter(one -> one.isRunning() && one.reaches(from)).isPresent()) {
            apply(from, targetId, question, answer);
            if (world().chance(episode.faults(0.02))) {
                process.after(
                        world().about(World.SECOND),
                        () -> from.side()
                                .flatMap(side -> side.ownerOf(targetId).map(one -> side.entry(targetId)))
                                .ifPresent(question::apply));
            }
        } else if (tries == RETRIES || from.isDead()) {
            from.later(0, () -> answer.fail("nobody keeps it"));
        } else {
            process.after(RETRY, () -> attempt(from, targetId, question, answer, tries + 1));
        }
    }

    private <T> void apply(
            SimMember from, String targetId, Function<Map.Entry<String, TargetRecord>, T> question, Promise<T> answer) {
        Side side = from.side().orElseThrow();
        long before = side.writes();
        T result = question.apply(side.entry(targetId));
        if (side.writes() > before && !side.isBackedUp(targetId)) {
            from.later(World.SECOND, () -> answer.fail("it may be lost with its owner"));
        } else if (world().chance(episode.faults(0.01))) {
            from.later(World.SECOND, () -> answer.fail("the answer is lost"));
        } else {
            from.later(way(), () -> answer.complete(result));
        }
    }

    Future<Map<String, TargetRecord>> all(SimMember from) {
        Promise<Map<String, TargetRecord>> answer = Promise.promise();
        from.later(way(), () -> {
            Optional<Side> side = from.side()
                    .filter(one -> one.owners().stream().allMatch(owner -> owner.isRunning() && owner.reaches(from)));
            if (side.isPresent()) {
                answer.complete(side.get().records());
            } else {
                answer.fail("not all can be reached");
            }
        });
        return answer.future();
    }

    /** Events are lost, come late, or come twice. */
    void publish(Side side, SimMember owner, TargetRecord before, TargetRecord after) {
        episode.changed(before, after == null ? TargetRecord.unknown(before.targetId()) : after);
        for (SimMember member : side.members) {
            if (member.reaches(owner) && !world().chance(episode.faults(0.03))) {
                hear(member, before, after);
                if (world().chance(episode.faults(0.02))) {
                    member.later(world().about(World.SECOND), () -> member.hear(before, after));
                }
            }
        }
    }

    private void hear(SimMember member, TargetRecord before, TargetRecord after) {
        long at = member.laneFrom(before.targetId(), world().now() + way());
        member.later(at - world().now(), () -> member.hear(before, after));
    }

    private long way() {
        return world().about(2 * World.MILLI);
    }

    // --- faults

    /** The network falls apart for a while. */
    void part(Collection<SimMember> all, long length) {
        all.forEach(member -> member.network(world().random.nextInt(2)));
        process.after(length, () -> all.forEach(member -> member.network(0)));
    }
}
