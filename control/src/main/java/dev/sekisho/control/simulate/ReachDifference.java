package dev.sekisho.control.simulate;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Grant;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.Subject;
import dev.sekisho.policy.UserId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// Who gains or loses what between two policies, from a moment on: both are asked for a destination of each cell of
/// each resource that lies where they may differ, for one of all users that are alike, at each moment at which an
/// answer changes. Used once, by one thread.
final class ReachDifference {
    /// Resources that share destinations with what changed; of more, not all are told.
    private static final int MOST_RESOURCES = 300;

    private static final int MOST_ROWS = 200;
    private static final int EXAMPLES = 10;

    /// Moments at which one destination is looked at: a week of office hours has ten changes.
    private static final int MOMENTS = 24;

    /// How often the time is looked at: a question takes well below a microsecond, and one destination can be asked for
    /// at as many moments as there are grants.
    private static final int QUESTIONS_A_LOOK = 256;

    private final PolicyPair pair;
    private final Instant now;
    private final BooleanSupplier isTimeUp;
    private final List<IpResource> resources;
    private final Cells cells;
    private final Map<Key, Row> rows = new LinkedHashMap<>();
    private final Set<String> gaining = new HashSet<>();
    private final Set<String> losing = new HashSet<>();
    private boolean complete = true;
    private long questions;
    private boolean over;

    /// @param isTimeUp whether it is to end with what it has
    ReachDifference(PolicyPair pair, Instant now, BooleanSupplier isTimeUp) {
        this.pair = pair;
        this.now = now;
        this.isTimeUp = isTimeUp;
        Set<IpResource> all = new LinkedHashSet<>(pair.after().resources());
        all.addAll(pair.before().resources());
        this.resources = List.copyOf(all);
        this.cells = new Cells(resources, isTimeUp);
    }

    /// What a draft does to a resource.
    ///
    /// @param resource its name
    /// @param users how many users gain or lose it, and networks
    /// @param whole false when it is only a part of the resource
    /// @param example a destination of it
    /// @param from when it begins to be otherwise
    /// @param who some of the users, and networks as `network:CIDR`
    record Change(
            String resource, Effect effect, long users, boolean whole, String example, Instant from, List<String> who) {
        Change {
            who = List.copyOf(who);
        }
    }

    /// All of it.
    ///
    /// @param usersGaining how many users, and networks, gain something
    /// @param complete false when not all was looked at
    record Found(
            long usersGaining, long usersLosing, long resources, long pairs, boolean complete, List<Change> changes) {
        Found {
            changes = List.copyOf(changes);
        }
    }

    private record Key(ResourceId resource, Effect effect) {}

    private static final class Row {
        private long users;
        private boolean whole = true;
        private String example = "";
        private Instant from = Instant.MAX;
        private final TreeSet<String> who = new TreeSet<>();
    }

    /// What differs for one asker in one resource.
    private static final class Seen {
        private int count;
        private Probe example = new Probe(0, 0, 0, 0);
        private long from = Long.MAX_VALUE;
    }

    Found find() {
        Touched touched = Touched.between(pair.before(), pair.after());
        Map<Set<IpResource>, Map<ResourceId, Cells.Found>> known = new LinkedHashMap<>();
        touched.alike().forEach((alike, users) -> {
            Map<ResourceId, Cells.Found> where = known.computeIfAbsent(alike.where(), this::cellsOf);
            List<String> names = users.stream().map(UserId::name).toList();
            compare(List.of(pair.user(users.getFirst())), where, touched.beginnings(), names);
        });
        List<Cidr> sources = Stream.of(pair.before(), pair.after())
                .flatMap(policy -> policy.grants().stream())
                .map(Grant::to)
                .flatMap(to -> to instanceof Subject.Network(Cidr block) ? Stream.of(block) : Stream.empty())
                .distinct()
                .toList();
        touched.networks().forEach((network, where) -> {
            List<PolicyPair.Asker> hosts = new ArrayList<>();
            for (long[] edge : Cells.edgesOf(network, sources)) {
                hosts.add(new PolicyPair.Asker.OfHost(edge[0], edge[1]));
            }
            compare(
                    hosts,
                    known.computeIfAbsent(where, this::cellsOf),
                    touched.beginnings(),
                    List.of("network:" + network));
        });
        return found();
    }

    private Found found() {
        List<Change> changes = rows.entrySet().stream()
                .map(entry -> change(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingLong(Change::users)
                        .reversed()
                        .thenComparing(Change::resource)
                        .thenComparing(Change::effect))
                .toList();
        return new Found(
                gaining.size(),
                losing.size(),
                rows.keySet().stream().map(Key::resource).distinct().count(),
                changes.stream().mapToLong(Change::users).sum(),
                complete,
                changes.subList(0, Math.min(MOST_ROWS, changes.size())));
    }

    private static Change change(Key key, Row row) {
        return new Change(
                key.resource().name(),
                key.effect(),
                row.users,
                row.whole,
                row.example,
                row.from,
                row.who.stream().limit(EXAMPLES).toList());
    }

    /// The cells of all resources that overlap these, those that changed first.
    private Map<ResourceId, Cells.Found> cellsOf(Collection<IpResource> regions) {
        Map<ResourceId, Cells.Found> found = new LinkedHashMap<>();
        for (IpResource region : regions) {
            if (isTimeUp.getAsBoolean()) {
                complete = false;
                return found;
            }
            add(found, region, region);
        }
        for (IpResource region : regions) {
            if (isTimeUp.getAsBoolean()) {
                complete = false;
                return found;
            }
            for (IpResource resource : resources) {
                if (!regions.contains(resource) && overlap(resource, region)) {
                    if (found.size() >= MOST_RESOURCES && !found.containsKey(resource.id())) {
                        complete = false;
                        return found;
                    }
                    add(found, resource, region);
                }
            }
        }
        return found;
    }

    private static boolean overlap(IpResource one, IpResource other) {
        return one.block().overlaps(other.block());
    }

    private void add(Map<ResourceId, Cells.Found> found, IpResource resource, IpResource region) {
        Cells.Found more = cells.of(resource, region.block());
        found.merge(resource.id(), more, (one, other) -> {
            Set<Probe> all = new LinkedHashSet<>(one.probes());
            all.addAll(other.probes());
            return new Cells.Found(List.copyOf(all), one.whole() && other.whole());
        });
    }

    private void compare(
            List<PolicyPair.Asker> askers,
            Map<ResourceId, Cells.Found> where,
            Set<Instant> beginnings,
            List<String> names) {
        for (Map.Entry<ResourceId, Cells.Found> entry : where.entrySet()) {
            if (isOver()) {
                return;
            }
            Map<Effect, Seen> seen = new EnumMap<>(Effect.class);
            for (PolicyPair.Asker asker : askers) {
                for (Probe probe : entry.getValue().probes()) {
                    if (!over) {
                        probe(asker, probe, beginnings, seen);
                    }
                }
            }
            int all = askers.size() * entry.getValue().probes().size();
            seen.forEach((effect, one) ->
                    note(new Key(entry.getKey(), effect), one, entry.getValue().whole() && one.count == all, names));
        }
    }

    /// Whether there is no time left; looks at it.
    private boolean isOver() {
        if (!over && isTimeUp.getAsBoolean()) {
            over = true;
            complete = false;
        }
        return over;
    }

    private void note(Key key, Seen seen, boolean whole, List<String> names) {
        Row row = rows.computeIfAbsent(key, _ -> new Row());
        row.users += names.size();
        row.whole &= whole;
        row.example = row.example.isEmpty() ? seen.example.toString() : row.example;
        Instant from = Instant.ofEpochSecond(seen.from);
        row.from = from.isBefore(row.from) ? from : row.from;
        names.stream().limit(EXAMPLES).forEach(row.who::add);
        if (key.effect() == Effect.GAINED) {
            gaining.addAll(names);
        } else if (key.effect() == Effect.LOST) {
            losing.addAll(names);
        }
    }

    private void probe(PolicyPair.Asker asker, Probe probe, Set<Instant> beginnings, Map<Effect, Seen> seen) {
        Map<Effect, Long> first = new EnumMap<>(Effect.class);
        walk(asker, probe, now.getEpochSecond(), first);
        for (Instant beginning : beginnings) {
            if (over) {
                break;
            }
            if (beginning.isAfter(now)) {
                walk(asker, probe, beginning.getEpochSecond(), first);
            }
        }
        first.forEach((effect, second) -> {
            Seen one = seen.computeIfAbsent(effect, _ -> new Seen());
            if (second < one.from) {
                one.from = second;
                one.example = probe;
            }
            one.count++;
        });
    }

    private void walk(PolicyPair.Asker asker, Probe probe, long from, Map<Effect, Long> first) {
        long second = from;
        for (int i = 0; i < MOMENTS && second != Long.MAX_VALUE; i++) {
            if (++questions % QUESTIONS_A_LOOK == 0 && isOver()) {
                return;
            }
            long at = second;
            pair.ask(asker, probe, at).ifPresent(effect -> first.merge(effect, at, Math::min));
            second = pair.sameUntil();
        }
    }
}
