package dev.sekisho.dataplane.offload;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Random traffic of a few flows: mostly bulk transfer, with everything in it that ends or forbids a merge.
final class Traffic {
    private static final int[] ODD_FLAGS = {
        TestPacket.SYN,
        TestPacket.ACK | TestPacket.FIN,
        TestPacket.ACK | TestPacket.URG,
        TestPacket.ACK | TestPacket.ECE,
        TestPacket.ACK | TestPacket.CWR,
        0
    };

    private final Random random;
    private final boolean damaged;
    private final TestPacket[] flows;
    private final boolean[] identificationFixed;
    private final int[] segmentBytes;
    private int current;

    /// @param damaged whether some packets have a flipped bit in their headers
    Traffic(Random random, int flowCount, boolean damaged) {
        this.random = random;
        this.damaged = damaged;
        flows = new TestPacket[flowCount];
        identificationFixed = new boolean[flowCount];
        segmentBytes = new int[flowCount];
        for (int i = 0; i < flowCount; i++) {
            TestPacket flow = random.nextInt(4) == 0
                    ? TestPacket.udp(random.nextBoolean())
                    : random.nextBoolean() ? TestPacket.tcp4() : TestPacket.tcp6();
            flow.client = 1 + random.nextInt(2);
            flow.sourcePort = 1000 + i;
            flow.sequence = random.nextInt(4) == 0 ? -random.nextInt(5000) : random.nextInt();
            flow.dontFragment = random.nextInt(3) > 0;
            identificationFixed[i] = flow.dontFragment && random.nextBoolean();
            flow.identification =
                    identificationFixed[i] ? 0 : random.nextInt(3) == 0 ? 0xfff0 : random.nextInt(0x10000);
            flow.tcpOptions = new byte[4 * (random.nextBoolean() ? 3 : random.nextInt(11))];
            random.nextBytes(flow.tcpOptions);
            flow.payload = new byte[0];
            flows[i] = flow;
            segmentBytes[i] = random.nextInt(4) == 0 ? 1 + random.nextInt(100) : 500 + random.nextInt(1500);
        }
    }

    /// The next packets, some swapped, dropped or doubled on the way.
    List<byte[]> packets(int count) {
        List<byte[]> packets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] packet = next();
            int fate = random.nextInt(100);
            if (fate == 0) {
                continue;
            }
            packets.add(packet);
            if (fate == 1) {
                packets.add(packet.clone());
            }
            if (fate == 2 && packets.size() > 1) {
                Collections.swap(packets, packets.size() - 1, packets.size() - 2);
            }
        }
        return packets;
    }

    private byte[] next() {
        if (random.nextInt(4) == 0) {
            current = random.nextInt(flows.length);
        }
        TestPacket flow = flows[current];
        flow.sequence += flow.payload.length;
        if (!identificationFixed[current]) {
            flow.identification = flow.identification + 1 & 0xffff;
        }
        boolean whole = random.nextInt(12) > 0;
        flow.payload = new byte[whole ? segmentBytes[current] : random.nextInt(segmentBytes[current] + 20)];
        random.nextBytes(flow.payload);
        flow.flags = TestPacket.ACK | (random.nextInt(20) == 0 ? TestPacket.PSH : 0);
        if (random.nextInt(12) == 0) {
            drift(flow);
        }
        return random.nextInt(20) == 0 ? oddity(flow) : flow.build();
    }

    /// Changes one thing for good, which ends a run.
    private void drift(TestPacket flow) {
        switch (random.nextInt(8)) {
            case 0 -> flow.acknowledgment += 1 + random.nextInt(3000);
            case 1 -> flow.window = random.nextInt(0x10000);
            case 2 -> flow.trafficClass ^= 1 + random.nextInt(255);
            case 3 -> flow.hops = 1 + random.nextInt(255);
            case 4 -> flow.flowLabel ^= 1 + random.nextInt(0xfffff);
            case 5 -> flow.identification = random.nextInt(0x10000);
            case 6 -> random.nextBytes(flow.tcpOptions);
            default -> flow.sequence += random.nextInt(5000) - 2500;
        }
    }

    /// One packet that must not be merged, or not as it is; the flow goes on as before.
    private byte[] oddity(TestPacket flow) {
        int flags = flow.flags;
        byte[] payload = flow.payload;
        try {
            switch (random.nextInt(damaged ? 10 : 9)) {
                case 0 -> flow.payload = new byte[0];
                case 1 -> flow.flags = ODD_FLAGS[random.nextInt(ODD_FLAGS.length)];
                case 2 -> flow.urgent = 1;
                case 3 -> flow.reserved = 1;
                case 4 -> flow.udpChecksum = false;
                case 5 -> flow.moreFragments = true;
                case 6 -> flow.ipOptions = new byte[] {1, 1, 1, 1};
                case 7 -> {
                    flow.extensions = new byte[] {(byte) flow.protocol, 0, 1, 4, 0, 0, 0, 0};
                    flow.firstExtension = 60;
                }
                case 8 -> {
                    return icmp(flow.v6);
                }
                default -> {
                    byte[] garbage = flow.build();
                    garbage[random.nextInt(Math.min(garbage.length, 60))] ^= (byte) (1 << random.nextInt(8));
                    return garbage;
                }
            }
            return flow.build();
        } finally {
            flow.flags = flags;
            flow.payload = payload;
            flow.urgent = 0;
            flow.reserved = 0;
            flow.udpChecksum = true;
            flow.moreFragments = false;
            flow.ipOptions = new byte[0];
            flow.extensions = new byte[0];
        }
    }

    private byte[] icmp(boolean v6) {
        TestPacket packet = new TestPacket();
        packet.v6 = v6;
        packet.protocol = v6 ? 58 : 1;
        packet.payload = new byte[8 + random.nextInt(100)];
        random.nextBytes(packet.payload);
        return packet.build();
    }
}
