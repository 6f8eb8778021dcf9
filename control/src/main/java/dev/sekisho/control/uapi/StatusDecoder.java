package dev.sekisho.control.uapi;

import dev.sekisho.crypto.SecretKey;
import dev.sekisho.crypto.Wipe;
import dev.sekisho.crypto.X25519;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.run.DeviceStatus;
import dev.sekisho.dataplane.run.PeerStatus;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.policy.Cidr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Turns the lines of an answer to `get` into a [DeviceStatus]. Sans-IO, one owner thread, used once.
///
/// Keys that we don't know are passed over: another implementation may report more.
final class StatusDecoder {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long MAX_SECONDS = Long.MAX_VALUE / NANOS_PER_SECOND - 1;

    private final String interfaceName;
    private @Nullable SecretKey privateKey;
    private int listenPort;
    private int fwmark;
    private final List<PeerStatus> peers = new ArrayList<>();
    private long errno;
    private int lines;

    private @Nullable PublicKey publicKey;
    private @Nullable SecretKey presharedKey;
    private @Nullable Endpoint endpoint;
    private long handshakeSeconds;
    private long handshakeNanos;
    private long sentBytes;
    private long receivedBytes;
    private int keepaliveSeconds;
    private final List<Cidr> allowedIps = new ArrayList<>();

    StatusDecoder(String interfaceName) {
        this.interfaceName = interfaceName;
    }

    /// Takes the line `buffer[from .. to)`, which isn't empty.
    ///
    /// @throws UapiException when it breaks the protocol
    void line(byte[] buffer, int from, int to) {
        if (++lines > UapiLimits.MAX_LINES) {
            throw new UapiException(Errno.TOO_BIG, "more than " + UapiLimits.MAX_LINES + " lines in one answer");
        }
        int equals = from;
        while (equals < to && buffer[equals] != '=') {
            equals++;
        }
        if (equals == to) {
            throw new UapiException(Errno.PROTOCOL, "a line without '='");
        }
        UapiKey key = UapiKey.find(buffer, from, equals);
        if (key != null) {
            value(key, buffer, equals + 1, to);
        }
    }

    /// The device, after the empty line.
    ///
    /// @throws UapiException when the answer was an error
    DeviceStatus finish() {
        if (errno != 0) {
            throw new UapiException(Errno.UNKNOWN, "the interface answered with error number " + errno);
        }
        finishPeer();
        Optional<SecretKey> secret = Optional.ofNullable(privateKey);
        return new DeviceStatus(
                interfaceName, secret, secret.map(StatusDecoder::publicKeyOf), listenPort, fwmark, peers);
    }

    private void value(UapiKey key, byte[] buffer, int from, int to) {
        switch (key) {
            case PRIVATE_KEY -> privateKey = presentKey(key, buffer, from, to);
            case LISTEN_PORT -> listenPort = (int) Values.number(key, buffer, from, to, 0xffff);
            case FWMARK -> fwmark = (int) Values.number(key, buffer, from, to, 0xffff_ffffL);
            case PUBLIC_KEY -> {
                finishPeer();
                publicKey = Values.publicKey(key, buffer, from, to);
            }
            case PRESHARED_KEY -> presharedKey = presentKey(key, buffer, from, to);
            case ENDPOINT -> endpoint = Values.endpoint(key, buffer, from, to);
            case LAST_HANDSHAKE_SEC -> handshakeSeconds = Values.number(key, buffer, from, to, MAX_SECONDS);
            case LAST_HANDSHAKE_NSEC -> handshakeNanos = Values.number(key, buffer, from, to, NANOS_PER_SECOND - 1);
            case TX_BYTES -> sentBytes = Values.number(key, buffer, from, to, Long.MAX_VALUE);
            case RX_BYTES -> receivedBytes = Values.number(key, buffer, from, to, Long.MAX_VALUE);
            case PERSISTENT_KEEPALIVE -> keepaliveSeconds = (int) Values.number(key, buffer, from, to, 0xffff);
            case ALLOWED_IP -> allowedIps.add(Values.cidr(key, buffer, from, to));
            case ERRNO -> {
                boolean negative = from < to && buffer[from] == '-';
                errno = Values.number(key, buffer, negative ? from + 1 : from, to, Integer.MAX_VALUE);
            }
            case PROTOCOL_VERSION, REPLACE_PEERS, REMOVE, UPDATE_ONLY, REPLACE_ALLOWED_IPS -> {}
        }
    }

    private static @Nullable SecretKey presentKey(UapiKey key, byte[] buffer, int from, int to) {
        SecretKey secret = Values.secretKey(key, buffer, from, to);
        return secret.isZero() ? null : secret;
    }

    private void finishPeer() {
        if (publicKey == null) {
            return;
        }
        peers.add(new PeerStatus(
                publicKey,
                Optional.ofNullable(presharedKey),
                Optional.ofNullable(endpoint),
                handshakeSeconds * NANOS_PER_SECOND + handshakeNanos,
                receivedBytes,
                sentBytes,
                keepaliveSeconds,
                allowedIps));
        publicKey = null;
        presharedKey = null;
        endpoint = null;
        handshakeSeconds = 0;
        handshakeNanos = 0;
        sentBytes = 0;
        receivedBytes = 0;
        keepaliveSeconds = 0;
        allowedIps.clear();
    }

    private static PublicKey publicKeyOf(SecretKey secret) {
        byte[] scalar = new byte[SecretKey.BYTES];
        byte[] point = new byte[PublicKey.BYTES];
        try {
            secret.copyTo(scalar, 0);
            new X25519().publicKey(scalar, point);
            return PublicKey.of(point, 0);
        } finally {
            Wipe.bytes(scalar);
        }
    }
}
