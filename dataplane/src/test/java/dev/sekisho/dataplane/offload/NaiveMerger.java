package dev.sekisho.dataplane.offload;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The oracle of [SegmentMerger]. It knows which packets may be merged at all; whether a packet goes on with a run it
/// finds by trying: build the super-packet, cut it with [NaiveSplitter], and see if the very same packets come back.
final class NaiveMerger {
    private final boolean tcp;
    private final boolean udp;
    private final boolean verify;
    private final int runs;
    private final List<List<byte[]>> open = new ArrayList<>();
    private final List<byte[]> frames = new ArrayList<>();

    NaiveMerger(boolean tcp, boolean udp, boolean verify, int runs) {
        this.tcp = tcp;
        this.udp = udp;
        this.verify = verify;
        this.runs = runs;
    }

    /// Frames emitted so far.
    List<byte[]> frames() {
        return frames;
    }

    void accept(byte[] packet) {
        if (isOpaque(packet, tcp, udp)) {
            flush();
            frames.add(TestPacket.plainFrame(packet));
            return;
        }
        List<byte[]> run = null;
        for (List<byte[]> candidate : open) {
            if (flow(candidate.getFirst()).equals(flow(packet))) {
                run = candidate;
            }
        }
        boolean mergeable = isMergeable(packet);
        if (run != null && mergeable && continues(run, packet)) {
            run.add(packet);
            if (isLast(run)) {
                emit(run);
            }
            return;
        }
        if (run != null) {
            emit(run);
        }
        if (!mergeable) {
            frames.add(TestPacket.plainFrame(packet));
            return;
        }
        if (open.size() == runs) {
            emit(open.getFirst());
        }
        run = new ArrayList<>(List.of(packet));
        open.add(run);
        if (isLast(run)) {
            emit(run);
        }
    }

    void flush() {
        while (!open.isEmpty()) {
            emit(open.getFirst());
        }
    }

    private void emit(List<byte[]> run) {
        open.remove(run); // lists of arrays are equal only when they hold the same arrays
        frames.add(frameOf(run));
    }

    /// Fragments, options, extension headers and malformed packets.
    static boolean isOpaque(byte[] p, boolean tcp, boolean udp) {
        int transport;
        int protocol;
        if (p.length >= 20 && p[0] == 0x45) {
            ByteBuffer bytes = ByteBuffer.wrap(p);
            if ((bytes.getShort(2) & 0xffff) != p.length || (bytes.getShort(6) & 0xbfff) != 0) {
                return true;
            }
            transport = 20;
            protocol = p[9];
        } else if (p.length >= 40 && p[0] >>> 4 == 6) {
            if ((ByteBuffer.wrap(p).getShort(4) & 0xffff) != p.length - 40) {
                return true;
            }
            transport = 40;
            protocol = p[6];
            if (protocol != 6 && protocol != 17 && protocol != 58) {
                return true;
            }
        } else {
            return true;
        }
        if (protocol == 6 && tcp) {
            return p.length < transport + 20 || tcpBytes(p) < 20 || transport + tcpBytes(p) > p.length;
        }
        if (protocol == 17 && udp) {
            return p.length < transport + 8 || udpBytes(p) < 8 || udpBytes(p) > p.length - transport;
        }
        return false;
    }

    private static int tcpBytes(byte[] p) {
        return (p[transport(p) + 12] >> 4 & 15) * 4;
    }

    private static int udpBytes(byte[] p) {
        return ByteBuffer.wrap(p).getShort(transport(p) + 4) & 0xffff;
    }

    private static int transport(byte[] p) {
        return p[0] == 0x45 ? 20 : 40;
    }

    private static int protocol(byte[] p) {
        return p[0] == 0x45 ? p[9] : p[6];
    }

    private static int headerBytes(byte[] p) {
        return transport(p) + (protocol(p) == 6 ? tcpBytes(p) : 8);
    }

    private static int payloadBytes(byte[] p) {
        return p.length - headerBytes(p);
    }

    /// Protocol, addresses and ports as text; other protocols are a flow by themselves.
    static String flow(byte[] p) {
        int addresses = p[0] == 0x45 ? 12 : 8;
        boolean ports = protocol(p) == 6 || protocol(p) == 17;
        int end = Math.min(p.length, transport(p) + (ports ? 4 : 0));
        return protocol(p) + Arrays.toString(Arrays.copyOfRange(p, addresses, end));
    }

    private boolean isMergeable(byte[] p) {
        int transport = transport(p);
        boolean isTcp = protocol(p) == 6;
        if (isTcp ? !tcp : !(udp && protocol(p) == 17)) {
            return false;
        }
        if (payloadBytes(p) <= 0 || (p[0] == 0x45 && TestPacket.internetChecksum(p, 0, 20, 0) != 0)) {
            return false;
        }
        if (isTcp) {
            int flags = p[transport + 13];
            boolean plain = flags == TestPacket.ACK || flags == (TestPacket.ACK | TestPacket.PSH);
            if (!plain || (p[transport + 12] & 15) != 0) {
                return false;
            }
        } else if (ByteBuffer.wrap(p).getShort(transport + 6) == 0 || udpBytes(p) != p.length - transport) {
            return false;
        }
        return !verify || isChecksumValid(p);
    }

    static boolean isChecksumValid(byte[] p) {
        int transport = transport(p);
        long pseudo = TestPacket.pseudoHeader(p, transport, protocol(p));
        return TestPacket.internetChecksum(p, transport, p.length - transport, pseudo) == 0;
    }

    private static boolean isPush(byte[] p) {
        return protocol(p) == 6 && (p[transport(p) + 13] & TestPacket.PSH) != 0;
    }

    private boolean continues(List<byte[]> run, byte[] packet) {
        byte[] first = run.getFirst();
        if (headerBytes(first) != headerBytes(packet) || payloadBytes(packet) > payloadBytes(first)) {
            return false;
        }
        int total =
                packet.length + run.stream().mapToInt(NaiveMerger::payloadBytes).sum();
        if (total > 65_535) {
            return false;
        }
        List<byte[]> longer = new ArrayList<>(run);
        longer.add(packet);
        List<byte[]> back = NaiveSplitter.split(frameOf(longer));
        for (int i = 0; i < longer.size(); i++) {
            if (!Arrays.equals(withoutTransportChecksum(longer.get(i)), withoutTransportChecksum(back.get(i)))) {
                return false;
            }
        }
        return true;
    }

    /// Checksums are trusted, not compared: a wrong one comes back right.
    static byte[] withoutTransportChecksum(byte[] p) {
        byte[] copy = p.clone();
        int at = transport(p) + (protocol(p) == 6 ? 16 : 6);
        copy[at] = 0;
        copy[at + 1] = 0;
        return copy;
    }

    private static boolean isLast(List<byte[]> run) {
        byte[] first = run.getFirst();
        byte[] last = run.getLast();
        int total = headerBytes(first)
                + run.stream().mapToInt(NaiveMerger::payloadBytes).sum();
        return isPush(last)
                || payloadBytes(last) < payloadBytes(first)
                || run.size() == 64
                || total + payloadBytes(first) > 65_535;
    }

    private static byte[] frameOf(List<byte[]> run) {
        byte[] first = run.getFirst();
        if (run.size() == 1) {
            return TestPacket.plainFrame(first);
        }
        int headerBytes = headerBytes(first);
        int total =
                headerBytes + run.stream().mapToInt(NaiveMerger::payloadBytes).sum();
        ByteBuffer packet = ByteBuffer.allocate(total).put(first, 0, headerBytes);
        run.forEach(p -> packet.put(p, headerBytes, payloadBytes(p)));
        byte[] bytes = packet.array();
        boolean v6 = bytes[0] != 0x45;
        boolean isTcp = protocol(first) == 6;
        int transport = transport(first);
        if (v6) {
            packet.putShort(4, (short) (total - 40));
        } else {
            packet.putShort(2, (short) total).putShort(10, (short) 0);
            packet.putShort(10, (short) TestPacket.internetChecksum(bytes, 0, 20, 0));
        }
        if (isPush(run.getLast())) {
            bytes[transport + 13] |= TestPacket.PSH;
        }
        if (!isTcp) {
            packet.putShort(transport + 4, (short) (total - transport));
        }
        int checksumOffset = isTcp ? 16 : 6;
        long pseudo = TestPacket.pseudoHeader(bytes, transport, protocol(first));
        packet.putShort(transport + checksumOffset, (short) TestPacket.fold(pseudo));
        byte[] frame = TestPacket.plainFrame(bytes);
        int type = isTcp ? (v6 ? 4 : 1) : 5;
        TestPacket.virtio(frame, 1, type, headerBytes, payloadBytes(first), transport, checksumOffset);
        return frame;
    }
}
