package dev.sekisho.control.simulate;

import dev.sekisho.control.flows.RecordedFlow;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.UserId;
import dev.sekisho.policy.compile.Rule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Recorded flows, each decided at its own time by both policies; those whose verdict differs are counted in
/// groups. Takes them in any order. Used once, by one thread; its memory is bounded by the number of groups.
final class FlowReplay implements Predicate<RecordedFlow> {
    /// In memory; flows of further ones are counted together.
    private static final int MOST_GROUPS = 5_000;

    /// In the answer.
    private static final int MOST_ROWS = 100;

    private static final int EXAMPLES = 3;

    /// Of who is counted; more are as many.
    private static final int MOST_USERS = 100_000;

    /// How often the time is looked at.
    private static final int FLOWS_A_LOOK = 256;

    /// Why a flow was denied whatever is granted: no draft changes that.
    private static final Set<String> NOT_BY_POLICY = Set.of(
            "device-locked",
            "out-of-state",
            "unrelated-error",
            "malformed",
            "unroutable",
            "spoofed-source",
            "reset-out-of-window",
            "half-open-limit",
            "moved-to-proxy",
            "fragment",
            "flow-limit",
            "audit-backpressure");

    private final PolicyPair pair;
    private final Predicate<Cidr> isDevice;
    private final BooleanSupplier isTimeUp;
    private final Map<String, PolicyPair.Asker> users = new HashMap<>();
    private final Map<Key, Group> groups = new HashMap<>();
    private final Set<String> changedUsers = new HashSet<>();
    private long looked;
    private long changed;
    private long ungrouped;
    private @Nullable Instant oldest;

    /// @param isDevice whether an address is a device's, whose own side records the flow
    /// @param isTimeUp whether it is to end with what it has
    FlowReplay(PolicyPair pair, Predicate<Cidr> isDevice, BooleanSupplier isTimeUp) {
        this.pair = pair;
        this.isDevice = isDevice;
        this.isTimeUp = isTimeUp;
    }

    /// Flows of one kind.
    ///
    /// @param who the user, or `network:ADDRESS`
    /// @param where the resource, or the destination when no grant decides
    /// @param grant what allows them in the policy that does
    private record Key(Effect effect, String who, String where, String grant) {}

    /// One flow.
    record Example(Instant at, String device, String source, String destination) {}

    private static final class Group {
        private long flows;
        private Instant first = Instant.MAX;
        private Instant last = Instant.MIN;
        private final List<Example> examples = new ArrayList<>();

        private void add(RecordedFlow flow, Probe probe) {
            flows++;
            first = flow.at().isBefore(first) ? flow.at() : first;
            last = flow.at().isAfter(last) ? flow.at() : last;
            if (examples.size() < EXAMPLES) {
                examples.add(new Example(flow.at(), flow.device(), flow.source().toString(), probe.toString()));
            }
        }
    }

    /// Flows whose verdict would be another.
    record Row(
            Effect effect,
            String who,
            String where,
            Optional<String> grant,
            long flows,
            Instant first,
            Instant last,
            List<Example> examples) {
        Row {
            examples = List.copyOf(examples);
        }
    }

    /// What was found.
    ///
    /// @param flows how many were looked at
    /// @param changed how many would have had another verdict
    /// @param users whose these are, and hosts; 100,000 at most
    /// @param oldest the oldest that was looked at
    /// @param complete false when there was no time for all of them
    /// @param rows groups, those with most flows first
    /// @param more flows with another verdict that are in none of the rows
    record Found(
            long flows,
            long changed,
            long users,
            Optional<Instant> oldest,
            boolean complete,
            List<Row> rows,
            long more) {
        Found {
            rows = List.copyOf(rows);
        }
    }

    @Override
    public boolean test(RecordedFlow flow) {
        looked++;
        oldest = oldest == null || flow.at().isBefore(oldest) ? flow.at() : oldest;
        if (flow.denial().filter(NOT_BY_POLICY::contains).isEmpty()) {
            asker(flow).ifPresent(asker -> decide(flow, asker));
        }
        return looked % FLOWS_A_LOOK != 0 || !isTimeUp.getAsBoolean();
    }

    /// Who opened it; empty for the other side of a flow between two devices, which is recorded twice.
    private Optional<PolicyPair.Asker> asker(RecordedFlow flow) {
        if (flow.fromDevice()) {
            return flow.user().map(name -> users.computeIfAbsent(name, known -> pair.user(new UserId(known))));
        }
        RecordedFlow.End source = flow.source();
        return isDevice.test(Cidr.host(source.high(), source.low()))
                ? Optional.empty()
                : Optional.of(new PolicyPair.Asker.OfHost(source.high(), source.low()));
    }

    private void decide(RecordedFlow flow, PolicyPair.Asker asker) {
        RecordedFlow.End to = flow.destination();
        boolean ping = flow.protocol() == Probe.ICMP || flow.protocol() == Probe.ICMPV6;
        Probe probe = new Probe(to.high(), to.low(), flow.protocol(), ping ? 0 : to.port());
        pair.ask(asker, probe, flow.at().getEpochSecond()).ifPresent(effect -> note(flow, probe, effect));
    }

    private void note(RecordedFlow flow, Probe probe, Effect effect) {
        changed++;
        String who = flow.fromDevice()
                ? flow.user().orElseThrow()
                : "network:"
                        + Cidr.host(flow.source().high(), flow.source().low()).addressText();
        if (changedUsers.size() < MOST_USERS) {
            changedUsers.add(who);
        }
        Rule rule = (effect == Effect.LOST ? pair.was() : pair.becomes()).rule();
        Key key = rule == null
                ? new Key(effect, who, probe.toString(), "")
                : new Key(
                        effect,
                        who,
                        rule.resource().id().name(),
                        rule.grant().id().name());
        Group group = groups.get(key);
        if (group == null && groups.size() >= MOST_GROUPS) {
            ungrouped++;
            return;
        }
        groups.computeIfAbsent(key, _ -> new Group()).add(flow, probe);
    }

    /// @param complete whether all flows were taken
    Found found(boolean complete) {
        List<Row> all = groups.entrySet().stream()
                .map(entry -> row(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingLong(Row::flows)
                        .reversed()
                        .thenComparing(Row::who)
                        .thenComparing(Row::where))
                .toList();
        List<Row> rows = all.subList(0, Math.min(MOST_ROWS, all.size()));
        long more = ungrouped
                + all.subList(rows.size(), all.size()).stream()
                        .mapToLong(Row::flows)
                        .sum();
        return new Found(looked, changed, changedUsers.size(), Optional.ofNullable(oldest), complete, rows, more);
    }

    private static Row row(Key key, Group group) {
        return new Row(
                key.effect(),
                key.who(),
                key.where(),
                Optional.of(key.grant()).filter(grant -> !grant.isEmpty()),
                group.flows,
                group.first,
                group.last,
                group.examples);
    }
}
