package dev.sekisho.dataplane.sim;

import dev.sekisho.dataplane.flow.FlowTuple;
import dev.sekisho.policy.Cidr;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/// The packets of a story: those of honest people and those of others.
final class CheckpointTraffic {
    private static final int TCP = 6;
    private static final int UDP = 17;

    private record LatePiece(int device, boolean toDevice, Probe piece) {}

    private final SplittableRandom random;
    private final World world;
    private final CheckpointTwins twins;
    private final List<LatePiece> latePieces = new ArrayList<>();
    private Probe lastSyn = Probe.tcp(tuple(World.address(0, true), 1, Cidr.parse("10.0.1.5"), 1, TCP), 2, 1, 0, 0);
    private long nextId;

    CheckpointTraffic(SplittableRandom random, World world, CheckpointTwins twins) {
        this.random = random;
        this.world = world;
        this.twins = twins;
    }

    private static FlowTuple tuple(Cidr from, int fromPort, Cidr to, int toPort, int protocol) {
        return new FlowTuple(from.high(), from.low(), fromPort, to.high(), to.low(), toPort, protocol);
    }

    private static int echo(boolean v4) {
        return v4 ? 1 : 58;
    }

    private void fromDevice(int device, Probe probe) {
        if (twins.has(device)) {
            twins.fromDevice(device, probe);
        }
    }

    private void toDevice(int device, Probe probe) {
        if (twins.has(device)) {
            twins.toDevice(device, probe);
        }
    }

    private int anyPort() {
        return 40_000 + random.nextInt(12);
    }

    // ---- new flows

    void open(int device, int packets) {
        for (int i = 0; i < packets; i++) {
            boolean again = random.nextInt(5) == 0
                    && World.address(device, lastSyn.v4())
                            .contains(
                                    lastSyn.tuple().sourceHigh(),
                                    lastSyn.tuple().sourceLow());
            fromDevice(device, again ? lastSyn : opening(device, world.target()));
        }
    }

    private Probe opening(int device, Cidr target) {
        Cidr self = World.address(device, target.v4());
        return switch (random.nextInt(10)) {
            case 0, 1 ->
                Probe.of(Probe.Kind.ECHO_REQUEST, tuple(self, anyPort(), target, 0, echo(target.v4())), nextId++, 20);
            case 2, 3, 4 ->
                Probe.of(
                        Probe.Kind.UDP,
                        tuple(self, anyPort(), target, world.port(), UDP),
                        nextId++,
                        random.nextInt(8, 900));
            default -> {
                lastSyn = Probe.tcp(
                        tuple(self, anyPort(), target, world.port(), TCP), Probe.SYN, random.nextInt(), 0, nextId++);
                yield lastSyn;
            }
        };
    }

    void openToDevice(int device) {
        boolean v4 = random.nextInt(3) != 0;
        Cidr self = World.address(device, v4);
        Cidr from = random.nextInt(4) == 0
                ? World.address((device + 1) % 3, v4)
                : v4 ? Cidr.parse("10.0.1.5") : Cidr.parse("fd00:1::5");
        if (from.equals(self)) {
            return;
        }
        int port = new int[] {22, 445, 53, 80}[random.nextInt(4)];
        toDevice(
                device,
                switch (random.nextInt(5)) {
                    case 0 -> Probe.of(Probe.Kind.ECHO_REQUEST, tuple(from, anyPort(), self, 0, echo(v4)), nextId++, 8);
                    case 1 -> Probe.of(Probe.Kind.UDP, tuple(from, anyPort(), self, port, UDP), nextId++, 30);
                    case 2 -> Probe.tcp(tuple(from, anyPort(), self, port, TCP), Probe.ACK, 5, 5, nextId++);
                    case 3 ->
                        Probe.of(
                                random.nextBoolean() ? Probe.Kind.TUNNELLED : Probe.Kind.MALFORMED,
                                tuple(from, 0, self, 0, UDP),
                                nextId++,
                                30);
                    default ->
                        Probe.tcp(tuple(from, anyPort(), self, port, TCP), Probe.SYN, random.nextInt(), 0, nextId++);
                });
    }

    // ---- live flows

    void converse(int packets) {
        List<ReferenceFlow> live = List.copyOf(twins.model().flows.values());
        if (live.isEmpty()) {
            return;
        }
        ReferenceFlow flow = live.get(random.nextInt(live.size()));
        for (int i = 0; i < packets; i++) {
            boolean fromDevice = random.nextBoolean();
            if (flow.isTcp() && !flow.answered && random.nextInt(3) != 0) {
                fromDevice = flow.fromNetwork;
            }
            say(flow, fromDevice);
        }
    }

    /// Of a flow that needs an approval, if there is one; what the other end says then shows whether it still lasts.
    void monologue(boolean byDevice, long approvalNanos) {
        List<ReferenceFlow> live = twins.model().flows.values().stream()
                .filter(flow -> !flow.isOver())
                .sorted(Comparator.comparing((ReferenceFlow flow) -> !flow.verdict.asksForFactor()))
                .toList();
        if (live.isEmpty()) {
            return;
        }
        ReferenceFlow flow = live.getFirst();
        for (int i = 0; i < 4; i++) {
            say(flow, byDevice);
            twins.advance(approvalNanos * 2 / 5);
        }
        say(flow, !byDevice);
        say(flow, byDevice);
    }

    private void say(ReferenceFlow flow, boolean byDevice) {
        if (byDevice) {
            fromDevice(flow.device, next(flow, true));
        } else {
            toDevice(flow.device, next(flow, false));
        }
    }

    private Probe next(ReferenceFlow flow, boolean fromDevice) {
        FlowTuple tuple = fromDevice ? flow.key : ReferenceFlow.reversed(flow.key);
        return switch (flow.key.protocol()) {
            case TCP -> segment(flow, tuple, fromDevice);
            case UDP -> Probe.of(Probe.Kind.UDP, tuple, nextId++, random.nextInt(8, 500));
            default -> {
                boolean opener = fromDevice != flow.fromNetwork;
                FlowTuple echo = ReferenceHolds.echo(tuple, flow.key.sourcePort(), 0);
                yield Probe.of(opener ? Probe.Kind.ECHO_REQUEST : Probe.Kind.ECHO_REPLY, echo, nextId++, 20);
            }
        };
    }

    private Probe segment(ReferenceFlow flow, FlowTuple tuple, boolean fromDevice) {
        int sequence = fromDevice ? flow.expectedOfDevice() : flow.expectedOfTarget();
        int acknowledgment = fromDevice ? flow.expectedOfTarget() : flow.expectedOfDevice();
        boolean opener = fromDevice != flow.fromNetwork;
        if (!opener && !flow.answered && random.nextInt(4) != 0) {
            return Probe.tcp(tuple, Probe.SYN | Probe.ACK, random.nextInt(), acknowledgment, nextId++);
        }
        int flags = switch (random.nextInt(16)) {
            case 0, 1, 2 -> Probe.FIN | Probe.ACK;
            case 3 -> Probe.RST;
            case 4 -> Probe.RST | Probe.ACK;
            case 5 -> Probe.SYN;
            default -> Probe.ACK;
        };
        int skew = random.nextInt(8) == 0 ? random.nextInt() : random.nextInt(100);
        boolean data = flags == Probe.ACK;
        return Probe.tcp(tuple, flags, sequence + skew, acknowledgment + (data ? random.nextInt(100) : 0), nextId++);
    }

    // ---- what fits nothing

    void stray(int device) {
        Cidr target = world.target();
        Cidr self = World.address(device, target.v4());
        FlowTuple tcp = tuple(self, 50_000 + random.nextInt(3), target, world.port(), TCP);
        switch (random.nextInt(8)) {
            case 7 ->
                fromDevice(
                        device,
                        Probe.of(
                                Probe.Kind.UNROUTABLE,
                                tuple(World.address(device, true), 5353, Cidr.parse("224.0.0.251"), 5353, UDP),
                                nextId++,
                                40));
            case 0 -> fromDevice(device, Probe.of(Probe.Kind.TUNNELLED, tuple(self, 0, target, 0, 47), nextId++, 40));
            case 1 -> fromDevice(device, Probe.of(Probe.Kind.MALFORMED, tuple(self, 7, target, 7, UDP), nextId++, 40));
            case 2 -> fromDevice(device, Probe.tcp(tcp, Probe.ACK, 9, 9, nextId++));
            case 3 -> fromDevice(device, Probe.tcp(tcp, Probe.RST, 9, 9, nextId++));
            case 4 -> fromDevice(device, Probe.tcp(tcp, Probe.SYN | Probe.ACK, 9, 9, nextId++));
            case 5 ->
                fromDevice(
                        device,
                        Probe.of(Probe.Kind.ECHO_REPLY, tuple(self, 3, target, 0, echo(target.v4())), nextId++, 8));
            default -> {
                if (twins.has(device)) {
                    Cidr other = World.address(device + 1, target.v4());
                    twins.spoofed(
                            device, Probe.of(Probe.Kind.UDP, tuple(other, 1, target, world.port(), UDP), nextId++, 8));
                }
            }
        }
    }

    void fragments(int device, boolean toDevice) {
        for (int i = random.nextInt(3); i > 0 && !latePieces.isEmpty(); i--) {
            send(latePieces.remove(random.nextInt(latePieces.size())));
        }
        Cidr target = world.target();
        FlowTuple up = tuple(
                World.address(device, target.v4()), anyPort(), target, random.nextBoolean() ? 53 : world.port(), UDP);
        Probe whole = Probe.of(Probe.Kind.UDP, toDevice ? ReferenceFlow.reversed(up) : up, nextId++, 16);
        int number = random.nextInt(30);
        List<Probe> pieces = new ArrayList<>();
        pieces.add(whole.piece(number, 0, true));
        pieces.add(whole.piece(number, 24, true));
        pieces.add(whole.piece(number, 40, random.nextInt(8) == 0));
        if (random.nextInt(4) == 0) {
            pieces.add(whole.piece(number, 8 * random.nextInt(1, 8), random.nextBoolean())); // may overlap
        }
        if (random.nextInt(6) == 0) {
            pieces.add(pieces.removeFirst()); // what decides comes last
        }
        for (Probe piece : pieces) {
            LatePiece next = new LatePiece(device, toDevice, piece);
            if (random.nextInt(4) == 0 && latePieces.size() < 20) {
                latePieces.add(next);
            } else {
                send(next);
            }
        }
    }

    private void send(LatePiece late) {
        if (late.toDevice) {
            toDevice(late.device, late.piece);
        } else {
            fromDevice(late.device, late.piece);
        }
    }

    void icmpErrors(int packets) {
        for (int i = 0; i < packets; i++) {
            List<ReferenceFlow> live = List.copyOf(twins.model().flows.values());
            if (live.isEmpty()) {
                return;
            }
            ReferenceFlow flow = live.get(random.nextInt(live.size()));
            boolean toDevice = random.nextBoolean();
            FlowTuple quoted = toDevice ? flow.key : ReferenceFlow.reversed(flow.key);
            if (flow.isTcp() || quoted.protocol() == UDP) {
                quoted = random.nextInt(3) == 0
                        ? tuple(
                                host(quoted, true),
                                quoted.sourcePort() + 100,
                                host(quoted, false),
                                quoted.destinationPort(),
                                quoted.protocol())
                        : quoted;
            } else {
                quoted = ReferenceHolds.echo(quoted, flow.key.sourcePort(), 0);
            }
            int sequence = (toDevice ? flow.expectedOfDevice() : flow.expectedOfTarget())
                    + switch (random.nextInt(4)) {
                        case 0 -> random.nextInt();
                        case 1 -> random.nextInt(-1000, 1000);
                        default -> -1;
                    };
            boolean v4 = World.isV4(quoted.sourceHigh(), quoted.sourceLow());
            Cidr router = toDevice ? Cidr.parse(v4 ? "10.0.9.1" : "fd00:9::1") : World.address(flow.device, v4);
            FlowTuple way = tuple(router, 0, host(quoted, true), 0, echo(v4));
            Probe error = Probe.error(random.nextInt(4) == 0, way, quoted, sequence);
            if (toDevice) {
                toDevice(flow.device, error);
            } else {
                fromDevice(flow.device, error);
            }
        }
    }

    private static Cidr host(FlowTuple tuple, boolean source) {
        long high = source ? tuple.sourceHigh() : tuple.destinationHigh();
        long low = source ? tuple.sourceLow() : tuple.destinationLow();
        boolean v4 = World.isV4(high, low);
        return new Cidr(high, low, v4 ? 32 : 128, v4);
    }

    // ---- too much

    void flood(int device, int packets) {
        Cidr target = world.target();
        int port = world.port();
        Cidr self = World.address(device, target.v4());
        boolean udp = random.nextBoolean();
        for (int i = 0; i < packets; i++) {
            int from = 30_000 + random.nextInt(100);
            fromDevice(
                    device,
                    udp
                            ? Probe.of(
                                    Probe.Kind.UDP,
                                    tuple(self, from, target, port, UDP),
                                    nextId++,
                                    random.nextInt(8, 1200))
                            : Probe.tcp(tuple(self, from, target, port, TCP), Probe.SYN, i % 3, 0, nextId++));
        }
    }

    void scan(int device, int places) {
        for (int i = 0; i < places; i++) {
            Cidr target = random.nextInt(4) == 0 ? world.target() : world.nowhere(random.nextBoolean());
            Cidr self = World.address(device, target.v4());
            int port = random.nextInt(1, 1000);
            fromDevice(
                    device,
                    switch (random.nextInt(4)) {
                        case 0 ->
                            Probe.of(
                                    Probe.Kind.ECHO_REQUEST, tuple(self, 1, target, 0, echo(target.v4())), nextId++, 8);
                        case 1 -> Probe.of(Probe.Kind.UDP, tuple(self, 1000, target, port, UDP), nextId++, 8);
                        default -> Probe.tcp(tuple(self, 1000, target, port, TCP), Probe.SYN, 1, 0, nextId++);
                    });
        }
    }

    void touchDecoy(int device) {
        Cidr trap = World.trap(random.nextBoolean());
        fromDevice(
                device,
                Probe.tcp(tuple(World.address(device, trap.v4()), 1000, trap, 22, TCP), Probe.SYN, 1, 0, nextId++));
    }
}
