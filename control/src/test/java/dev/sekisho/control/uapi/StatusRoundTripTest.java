package dev.sekisho.control.uapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.run.DeviceStatus;
import dev.sekisho.dataplane.run.PeerStatus;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.policy.Cidr;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the encoder writes, the decoder reads: random devices, one seed per case.
class StatusRoundTripTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void decoderReadsWhatEncoderWrites(long seed) throws IOException {
        DeviceStatus device = randomDevice(new Random(seed));
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        StatusEncoder encoder = new StatusEncoder(text);
        encoder.status(device);
        encoder.end(Errno.OK);
        DeviceStatus read = UapiSockets.readStatus("sktest0", new ByteArrayInputStream(text.toByteArray()));
        assertThat(describe(read)).as("seed %d", seed).isEqualTo(describe(device));
        assertThat(read.publicKey()).isEqualTo(device.publicKey());
    }

    /// Secrets have no `equals`, so devices are compared as text.
    private static String describe(DeviceStatus device) {
        StringBuilder text = new StringBuilder();
        text.append(hex(device.privateKey())).append(' ').append(device.listenPort());
        text.append(' ').append(device.fwmark()).append('\n');
        for (PeerStatus peer : device.peers()) {
            text.append(peer.publicKey())
                    .append(' ')
                    .append(hex(peer.presharedKey()))
                    .append(' ');
            text.append(peer.endpoint())
                    .append(' ')
                    .append(peer.lastHandshakeEpochNanos())
                    .append(' ');
            text.append(peer.receivedBytes())
                    .append(' ')
                    .append(peer.sentBytes())
                    .append(' ');
            text.append(peer.persistentKeepaliveSeconds())
                    .append(peer.allowedIps())
                    .append('\n');
        }
        return text.toString();
    }

    private static String hex(Optional<SecretKey> key) {
        byte[] bytes = new byte[SecretKey.BYTES];
        key.ifPresent(secret -> secret.copyTo(bytes, 0));
        return HexFormat.of().formatHex(bytes);
    }

    private static DeviceStatus randomDevice(Random random) throws IOException {
        Optional<SecretKey> privateKey = maybeKey(random);
        List<PeerStatus> peers = new ArrayList<>();
        for (int i = random.nextInt(50); i > 0; i--) {
            peers.add(randomPeer(random));
        }
        return new DeviceStatus(
                "sktest0",
                privateKey,
                privateKey.map(MemoryDevice::publicKey),
                random.nextInt(65_536),
                random.nextBoolean() ? random.nextInt() : 0,
                peers);
    }

    private static PeerStatus randomPeer(Random random) throws IOException {
        byte[] key = new byte[32];
        random.nextBytes(key);
        List<Cidr> blocks = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            byte[] address = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(address);
            blocks.add(Cidr.of(InetAddress.getByAddress(address), random.nextInt(address.length * 8 + 1)));
        }
        boolean v4 = random.nextBoolean();
        Endpoint endpoint = Endpoint.of(
                v4 ? 0 : random.nextLong() | 1,
                v4 ? 0xffff_0000_0000L | (random.nextInt() & 0xffff_ffffL) : random.nextLong(),
                1 + random.nextInt(65_535),
                0,
                0,
                0,
                0);
        return new PeerStatus(
                PublicKey.of(key, 0),
                maybeKey(random),
                random.nextBoolean() ? Optional.of(endpoint) : Optional.empty(),
                random.nextLong() >>> 2,
                random.nextLong() >>> 1,
                random.nextLong() >>> 1,
                random.nextInt(65_536),
                blocks);
    }

    private static Optional<SecretKey> maybeKey(Random random) {
        byte[] key = new byte[32];
        random.nextBytes(key);
        return random.nextBoolean() ? Optional.of(SecretKey.copyOf(key, 0)) : Optional.empty();
    }
}
