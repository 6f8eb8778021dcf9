package dev.sekisho.control.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.enforce.PoliciesOfDatabase;
import dev.sekisho.control.flows.RecordedFlow;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Grant;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.UserId;
import dev.sekisho.policy.compile.Decision;
import dev.sekisho.policy.compile.PolicySnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a simulation says is what happens when the change is made: the policy that the server reads from the
/// database before and after is asked for every destination there is.
@Timeout(300)
class SimulationTest {
    private static final int DRAFTS = 40;
    private static final int DAYS = 7;
    private static final int FLOWS = 300;
    private static final long NET = 0xffff_0a00_0000L;
    private static final List<Integer> PROTOCOLS = List.of(Probe.TCP, Probe.UDP, Probe.ICMP);

    private final Decision decision = new Decision();

    /// Who has something done to them, by the name of the resource.
    private record Hit(String who, String resource, Effect effect) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void saysWhatHappensWhenTheChangeIsMade(long seed) throws Exception {
        try (SimulatedWorld world = new SimulatedWorld(seed)) {
            int differing = 0;
            int replayed = 0;
            for (int i = 0; i < DRAFTS; i++) {
                record(world);
                Instant since = world.kit.now.minus(Duration.ofDays(DAYS));
                PolicyDraft draft = world.draft();
                Simulations.Outcome outcome = world.simulations.run(draft, DAYS);
                PolicySnapshot before = PoliciesOfDatabase.read(world.kit, since);
                world.make(draft);
                PolicySnapshot after = PoliciesOfDatabase.read(world.kit, since);
                String about = "seed " + seed + " draft " + i + " " + draft;
                assertReach(about, world, before, after, outcome.reach());
                assertFlows(about, world, before, after, outcome.flows().orElseThrow());
                differing += outcome.reach().changes().isEmpty() ? 0 : 1;
                replayed += outcome.flows().orElseThrow().changed() > 0 ? 1 : 0;
            }
            assertThat(differing).as("drafts that do something").isGreaterThan(DRAFTS / 5);
            assertThat(replayed).as("drafts that concern flows").isGreaterThan(DRAFTS / 10);
        }
    }

    private static void record(SimulatedWorld world) {
        world.flows.clear();
        for (int i = 0; i < FLOWS; i++) {
            boolean fromDevice = world.random.nextInt(5) != 0;
            int protocol = world.any(PROTOCOLS);
            RecordedFlow.End source = new RecordedFlow.End(0, 0xffff_0a09_0000L + world.random.nextInt(6), 4000);
            world.flows.add(new RecordedFlow(
                    world.kit.now.minusSeconds(world.random.nextInt(1, DAYS * 86_400)),
                    "ann/laptop",
                    Optional.of(world.any(SimulatedWorld.USERS)),
                    fromDevice,
                    source,
                    new RecordedFlow.End(0, NET + world.random.nextInt(16), world.random.nextInt(7)),
                    protocol,
                    world.random.nextBoolean() ? Optional.of("no-grant") : Optional.empty()));
        }
    }

    private void assertFlows(
            String about, SimulatedWorld world, PolicySnapshot before, PolicySnapshot after, FlowReplay.Found found) {
        long changed = 0;
        Set<String> who = new HashSet<>();
        for (RecordedFlow flow : world.flows) {
            Probe probe = new Probe(
                    flow.destination().high(),
                    flow.destination().low(),
                    flow.protocol(),
                    flow.protocol() == Probe.ICMP ? 0 : flow.destination().port());
            String asker = flow.fromDevice()
                    ? flow.user().orElseThrow()
                    : "network:"
                            + Cidr.host(flow.source().high(), flow.source().low())
                                    .addressText();
            if (!effect(before, after, asker, probe, flow.at()).isEmpty()) {
                changed++;
                who.add(asker);
            }
        }
        assertThat(found.changed()).as(about).isEqualTo(changed);
        assertThat(found.users()).as(about).isEqualTo(who.size());
        assertThat(found.flows()).isEqualTo(world.flows.size());
        assertThat(found.rows().stream().mapToLong(FlowReplay.Row::flows).sum() + found.more())
                .isEqualTo(changed);
        assertThat(found.complete()).isTrue();
    }

    private String answer(PolicySnapshot policy, String asker, Probe to, Instant at) {
        if (asker.startsWith("network:")) {
            Cidr from = Cidr.parse(asker.substring("network:".length()));
            policy.decideFromNetwork(
                    from.high(),
                    from.low(),
                    to.high(),
                    to.low(),
                    to.protocol(),
                    to.port(),
                    at.getEpochSecond(),
                    decision);
        } else {
            int user = policy.userIndex(new UserId(asker));
            policy.decide(user, to.high(), to.low(), to.protocol(), to.port(), at.getEpochSecond(), decision);
        }
        var rule = decision.rule();
        return !decision.granted() ? "no" : rule != null && rule.mfa() ? "factor" : "yes";
    }

    private Optional<Effect> effect(PolicySnapshot before, PolicySnapshot after, String asker, Probe to, Instant at) {
        String was = answer(before, asker, to, at);
        String is = answer(after, asker, to, at);
        if (was.equals(is)) {
            return Optional.empty();
        }
        return Optional.of(
                was.equals("no")
                        ? Effect.GAINED
                        : is.equals("no")
                                ? Effect.LOST
                                : is.equals("factor") ? Effect.FACTOR_ADDED : Effect.FACTOR_DROPPED);
    }

    /// The moments of the days to come at which a grant of one of the policies begins or ends to hold.
    private static Set<Instant> moments(Instant now, PolicySnapshot... policies) {
        Set<Instant> moments = new TreeSet<>();
        moments.add(now);
        for (PolicySnapshot policy : policies) {
            for (Grant grant : policy.policy().grants()) {
                long second = now.getEpochSecond();
                while (second < now.plus(Duration.ofDays(DAYS)).getEpochSecond()) {
                    moments.add(Instant.ofEpochSecond(second));
                    second = grant.validity().nextChange(second);
                }
            }
        }
        return moments;
    }

    private void assertReach(
            String about,
            SimulatedWorld world,
            PolicySnapshot before,
            PolicySnapshot after,
            ReachDifference.Found found) {
        assertThat(found.complete()).isTrue();
        Set<Hit> said = new HashSet<>();
        for (ReachDifference.Change change : found.changes()) {
            assertThat(change.users()).as(about).isEqualTo(change.who().size());
            change.who().forEach(who -> said.add(new Hit(who, change.resource(), change.effect())));
        }
        Set<Hit> happens = happens(world, before, after);
        List<Hit> ofUsers =
                said.stream().filter(hit -> !hit.who().startsWith("network:")).toList();
        assertThat(ofUsers).as(about).containsExactlyInAnyOrderElementsOf(happens);
        assertThat(found.usersGaining())
                .as(about)
                .isEqualTo(said.stream()
                        .filter(hit -> hit.effect() == Effect.GAINED)
                        .map(Hit::who)
                        .distinct()
                        .count());
        assertNetworks(about, world.kit.now, before, after, said);
    }

    /// What differs for a network differs for one of its hosts.
    private void assertNetworks(String about, Instant now, PolicySnapshot before, PolicySnapshot after, Set<Hit> said) {
        Set<String> gains = new TreeSet<>();
        said.stream()
                .filter(hit -> hit.who().startsWith("network:"))
                .forEach(hit -> gains.add(hit.effect().label()));
        Set<String> happens = new TreeSet<>();
        Set<Instant> moments = moments(now, before, after);
        for (Probe probe : everywhere()) {
            if (resourcesAround(before, after, probe).isEmpty()) {
                continue;
            }
            for (int host = 0; host < 6; host++) {
                for (Instant at : moments) {
                    effect(before, after, "network:10.9.0." + host, probe, at)
                            .ifPresent(effect -> happens.add(effect.label()));
                }
            }
        }
        assertThat(gains).as(about).isEqualTo(happens);
    }

    private Set<Hit> happens(SimulatedWorld world, PolicySnapshot before, PolicySnapshot after) {
        Set<Hit> happens = new HashSet<>();
        Set<Instant> moments = moments(world.kit.now, before, after);
        for (Probe probe : everywhere()) {
            List<String> around = resourcesAround(before, after, probe);
            if (around.isEmpty()) {
                continue;
            }
            for (String user : SimulatedWorld.USERS) {
                for (Instant at : moments) {
                    effect(before, after, user, probe, at)
                            .ifPresent(effect -> around.forEach(name -> happens.add(new Hit(user, name, effect))));
                }
            }
        }
        return happens;
    }

    private static List<Probe> everywhere() {
        List<Probe> probes = new ArrayList<>();
        for (int host = 0; host < 16; host++) {
            for (int port = 1; port < 7; port++) {
                probes.add(new Probe(0, NET + host, Probe.TCP, port));
                probes.add(new Probe(0, NET + host, Probe.UDP, port));
            }
            probes.add(new Probe(0, NET + host, Probe.ICMP, 0));
        }
        return probes;
    }

    /// Resources of both policies that open a destination.
    private static List<String> resourcesAround(PolicySnapshot before, PolicySnapshot after, Probe probe) {
        Set<IpResource> all = new HashSet<>(before.policy().resources());
        all.addAll(after.policy().resources());
        return all.stream()
                .filter(resource -> opens(resource, probe))
                .map(resource -> resource.id().name())
                .distinct()
                .toList();
    }

    private static boolean opens(IpResource resource, Probe probe) {
        if (!resource.block().contains(probe.high(), probe.low())) {
            return false;
        }
        return switch (probe.protocol()) {
            case Probe.TCP ->
                resource.transport().includesTcp() && resource.ports().contains(probe.port());
            case Probe.UDP ->
                resource.transport().includesUdp() && resource.ports().contains(probe.port());
            default -> resource.ports().containsPing();
        };
    }

    @Test
    void endsInTimeWithWhatItHas() throws Exception {
        try (SimulatedWorld world = new SimulatedWorld(9)) {
            record(world);
            long[] nanos = {0};
            Simulations hurried = new Simulations(
                    world.kit.work,
                    world.sources(),
                    world.kit.devices,
                    (from, until, sink) -> world.flows.stream().allMatch(sink),
                    new Simulations.Clocks(
                            world.kit.clock, () -> nanos[0]++, Duration.ofNanos(0), Duration.ofNanos(0)));
            PolicyDraft draft = new PolicyDraft(
                    List.of(new PolicyDraft.OfGrant(
                            Optional.of(world.grants().getFirst().id()), Optional.empty())),
                    List.of(),
                    List.of());
            Simulations.Outcome outcome = hurried.run(draft, DAYS);
            assertThat(outcome.reach().complete()).isFalse();
            assertThat(outcome.flows().orElseThrow().complete()).isFalse();
            assertThat(outcome.flows().orElseThrow().flows()).isLessThan(FLOWS);
        }
    }
}
