package dev.sekisho.control.flows.search;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.CloseReason;
import dev.sekisho.dataplane.flow.Denial;
import dev.sekisho.dataplane.flow.FlowTraffic;
import dev.sekisho.dataplane.flow.FlowTuple;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;

/// Events and questions about them, from a seed. Few names, so that questions have answers.
public final class RandomFlows {
    private static final long V4 = 0xffff_0000_0000L;
    private static final List<String> USERS = List.of("alice", "bob", "zo\u00eb\"\\<", "alice2");
    private static final List<String> RESOURCES = List.of("db", "Orders \"main\"", "web");
    private static final int[] PORTS = {443, 44, 4_430, 22, 0};
    private static final int[] PROTOCOLS = {6, 17, 1, 58, 47};
    private static final int MILLIS = 60_000;

    private final Random random;
    private final Instant start;
    private long now;
    private long flowId;

    /// What is asked, and the same as a naive filter.
    record Question(FlowQuery query, Predicate<JsonObject> naive) {}

    public RandomFlows(Random random, Instant start) {
        this.random = random;
        this.start = start;
        this.now = start.toEpochMilli();
    }

    Random random() {
        return random;
    }

    long now() {
        return now;
    }

    private <T> T one(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    /// The next event, now and then one that is about no flow.
    public CheckpointEvent next() {
        return next(MILLIS);
    }

    /// The next event, so much later at most.
    CheckpointEvent next(int withinMillis) {
        now += random.nextInt(withinMillis);
        return switch (random.nextInt(8)) {
            case 0 -> new CheckpointEvent.DeviceUnlocked(now, device("bob"), null);
            case 1, 2 -> denied();
            case 3 ->
                new CheckpointEvent.FlowOpened(
                        now, flowId, device("bob"), new UserId("bob"), tuple(), grant(), resource(), true, false);
            default -> closed();
        };
    }

    private static DeviceId device(String user) {
        return new DeviceId(user + "/laptop");
    }

    private static GrantId grant() {
        return new GrantId("01grant");
    }

    private ResourceId resource() {
        return new ResourceId(one(RESOURCES));
    }

    public CheckpointEvent.FlowClosed closed() {
        String user = one(USERS);
        return new CheckpointEvent.FlowClosed(
                now - random.nextInt(500),
                flowId++,
                device(user),
                new UserId(user),
                tuple(),
                grant(),
                resource(),
                random.nextBoolean(),
                random.nextInt(4) == 0,
                now - 10_000,
                new FlowTraffic(random.nextInt(5_000), 2, random.nextInt(1 << 20), 3),
                CloseReason.FINISHED);
    }

    private CheckpointEvent denied() {
        String user = one(USERS);
        return new CheckpointEvent.FlowDenied(
                now,
                device(user),
                random.nextBoolean() ? new UserId(user) : null,
                tuple(),
                true,
                Denial.NO_GRANT,
                random.nextBoolean() ? grant() : null,
                random.nextInt(9));
    }

    private FlowTuple tuple() {
        int port = PORTS[random.nextInt(PORTS.length)];
        int protocol = PROTOCOLS[random.nextInt(PROTOCOLS.length)];
        int source = 1 + random.nextInt(60_000);
        if (random.nextInt(3) == 0) {
            return new FlowTuple(0xfd00L << 48, 2, source, 0xfd00L << 48 | random.nextInt(3), 5, port, protocol);
        }
        long destination = V4 | 0x0a00_0000 | random.nextInt(3) << 16 | random.nextInt(3) << 8 | random.nextInt(4);
        return new FlowTuple(0, V4 | 0x0a42_0002, source, 0, destination, port, protocol);
    }

    /// A query for a destination alone.
    static FlowQuery query(Optional<Cidr> destination) {
        return new FlowQuery(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                destination,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0);
    }

    private <T> Optional<T> maybe(List<T> list) {
        return random.nextInt(4) == 0 ? Optional.of(one(list)) : Optional.empty();
    }

    private Instant moment() {
        return Instant.ofEpochMilli(start.toEpochMilli() + random.nextLong(Math.max(1, now - start.toEpochMilli())));
    }

    Question question() {
        Optional<Instant> from = random.nextInt(3) == 0 ? Optional.of(moment()) : Optional.empty();
        Optional<Instant> to = random.nextInt(3) == 0 ? Optional.of(moment()) : Optional.empty();
        Optional<Cidr> block = maybe(List.of(
                        "10.0.1.2",
                        "10.0.1.0/24",
                        "10.1.0.0/16",
                        "10.0.0.0/8",
                        "10.0.1.0/30",
                        "fd00::5",
                        "fd00::/64",
                        "fd00::/48",
                        "fd00::/16"))
                .map(Cidr::parse);
        FlowQuery query = new FlowQuery(
                from,
                to,
                maybe(USERS),
                maybe(List.of("alice/laptop", "bob/laptop", "nobody/laptop")),
                maybe(RESOURCES),
                maybe(List.of("01grant", "02grant")),
                block,
                maybe(List.of(443, 44, 0, 9)),
                maybe(List.of("tcp", "udp", "icmp6", "47")),
                maybe(List.of("allowed", "handed-off", "denied")),
                random.nextInt(4) == 0 ? random.nextInt(1 << 20) : 0);
        return new Question(query, line -> fits(query, line));
    }

    private static boolean fits(FlowQuery query, JsonObject line) {
        Instant at = Instant.parse(line.get("time").getAsString());
        String destination = line.get("destination").getAsString();
        String host = destination.substring(0, destination.lastIndexOf(':')).replaceAll("[\\[\\]]", "");
        Cidr address = Cidr.parse(host);
        return query.from().stream().noneMatch(at::isBefore)
                && query.to().stream().allMatch(at::isBefore)
                && has(line, "user", query.user())
                && has(line, "device", query.device())
                && has(line, "resource", query.resource())
                && has(line, "rule", query.grant())
                && has(line, "protocol", query.protocol())
                && has(line, "verdict", query.verdict())
                && query.destination().stream().allMatch(block -> block.contains(address.high(), address.low()))
                && query.port().stream().allMatch(port -> destination.endsWith(":" + port))
                && (line.has("bytes") ? line.get("bytes").getAsLong() : 0) >= query.minBytes();
    }

    private static boolean has(JsonObject line, String field, Optional<String> wanted) {
        return wanted.isEmpty()
                || wanted.equals(Optional.ofNullable(line.get(field)).map(JsonElement::getAsString));
    }
}
