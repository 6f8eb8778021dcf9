package dev.sekisho.dataplane.offload;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The oracle of [SegmentSplitter] for well-formed frames: copies, patches and checksums every segment from nothing.
final class NaiveSplitter {
    private NaiveSplitter() {}

    static List<byte[]> split(byte[] frame) {
        ByteBuffer virtio = ByteBuffer.wrap(frame).order(ByteOrder.nativeOrder());
        byte[] packet = Arrays.copyOfRange(frame, 10, frame.length);
        boolean needsChecksum = (virtio.get(0) & 1) != 0;
        int type = virtio.get(1) & 0x7f;
        if (type == 0) {
            if (needsChecksum) {
                complete(packet, virtio.getShort(6), virtio.getShort(8));
            }
            return List.of(packet);
        }
        boolean tcp = type != 5;
        int transport = transport(packet);
        int headerBytes = transport + (tcp ? (packet[transport + 12] >> 4 & 15) * 4 : 8);
        int segmentBytes = virtio.getShort(4) & 0xffff;
        boolean checksummed = needsChecksum || tcp || ByteBuffer.wrap(packet).getShort(transport + 6) != 0;
        List<byte[]> segments = new ArrayList<>();
        int at = headerBytes;
        do {
            int end = Math.min(packet.length, at + segmentBytes);
            byte[] segment = Arrays.copyOf(packet, headerBytes + end - at);
            System.arraycopy(packet, at, segment, headerBytes, end - at);
            int index = segments.size();
            patch(segment, transport, tcp, index, at - headerBytes, end == packet.length);
            if (checksummed) {
                TestPacket.fillTransportChecksum(segment, transport, tcp ? 6 : 17);
            }
            segments.add(segment);
            at = end;
        } while (at < packet.length);
        return segments;
    }

    private static void complete(byte[] packet, int start, int offset) {
        int checksum = TestPacket.internetChecksum(packet, start, packet.length - start, 0);
        ByteBuffer.wrap(packet).putShort(start + offset, (short) (checksum == 0 ? 0xffff : checksum));
    }

    private static int transport(byte[] packet) {
        if (packet[0] >>> 4 == 4) {
            return (packet[0] & 15) * 4;
        }
        int next = packet[6];
        int at = 40;
        while (next == 0 || next == 43 || next == 60) {
            next = packet[at];
            at += 8 + 8 * (packet[at + 1] & 0xff);
        }
        return at;
    }

    private static void patch(byte[] segment, int transport, boolean tcp, int index, int consumed, boolean last) {
        ByteBuffer bytes = ByteBuffer.wrap(segment);
        if (segment[0] >>> 4 == 4) {
            int id = bytes.getShort(4) & 0xffff;
            boolean atomic = id == 0 && (segment[6] & 0x40) != 0;
            bytes.putShort(2, (short) segment.length).putShort(4, (short) (atomic ? 0 : id + index));
            bytes.putShort(10, (short) 0);
            bytes.putShort(10, (short) TestPacket.internetChecksum(segment, 0, transport, 0));
        } else {
            bytes.putShort(4, (short) (segment.length - 40));
        }
        if (!tcp) {
            bytes.putShort(transport + 4, (short) (segment.length - transport));
            return;
        }
        bytes.putInt(transport + 4, bytes.getInt(transport + 4) + consumed);
        int flags = segment[transport + 13] & 0xff;
        if (index > 0) {
            flags &= ~TestPacket.CWR;
        }
        if (!last) {
            flags &= ~(TestPacket.PSH | TestPacket.FIN);
        }
        segment[transport + 13] = (byte) flags;
    }
}
