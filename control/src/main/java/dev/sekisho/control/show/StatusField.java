package dev.sekisho.control.show;

import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.run.DeviceStatus;
import dev.sekisho.dataplane.run.PeerStatus;
import dev.sekisho.policy.Cidr;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The layouts of `wg show INTERFACE FIELD` for scripts: tab-separated, secrets in the clear. With `all` every line
/// starts with the interface's name.
public enum StatusField {
    PUBLIC_KEY("public-key"),
    PRIVATE_KEY("private-key"),
    LISTEN_PORT("listen-port"),
    FWMARK("fwmark"),
    PEERS("peers"),
    PRESHARED_KEYS("preshared-keys"),
    ENDPOINTS("endpoints"),
    ALLOWED_IPS("allowed-ips"),
    LATEST_HANDSHAKES("latest-handshakes"),
    TRANSFER("transfer"),
    PERSISTENT_KEEPALIVE("persistent-keepalive"),
    DUMP("dump");

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final String NONE = "(none)";

    private final String word;

    StatusField(String word) {
        this.word = word;
    }

    /// The word on the command line.
    public String word() {
        return word;
    }

    /// The field with this word, or null.
    public static @Nullable StatusField find(String word) {
        for (StatusField field : values()) {
            if (field.word.equals(word)) {
                return field;
            }
        }
        return null;
    }

    /// Appends the field's lines for one device.
    ///
    /// @param withName whether each line starts with the interface's name
    public void append(DeviceStatus device, boolean withName, StringBuilder text) {
        String prefix = withName ? device.interfaceName() + "\t" : "";
        switch (this) {
            case PUBLIC_KEY -> line(text, prefix, publicKey(device));
            case PRIVATE_KEY -> line(text, prefix, secret(device.privateKey()));
            case LISTEN_PORT -> line(text, prefix, Integer.toString(device.listenPort()));
            case FWMARK -> line(text, prefix, fwmark(device));
            case DUMP -> {
                line(
                        text,
                        prefix,
                        String.join(
                                "\t",
                                secret(device.privateKey()),
                                publicKey(device),
                                Integer.toString(device.listenPort()),
                                fwmark(device)));
                device.peers().forEach(peer -> line(text, prefix, peerLine(peer)));
            }
            case PEERS, PRESHARED_KEYS, ENDPOINTS, ALLOWED_IPS, LATEST_HANDSHAKES, TRANSFER, PERSISTENT_KEEPALIVE ->
                device.peers().forEach(peer -> line(text, prefix, peerLine(peer)));
        }
    }

    private String peerLine(PeerStatus peer) {
        String key = peer.publicKey().toString();
        return switch (this) {
            case PEERS -> key;
            case PRESHARED_KEYS -> key + "\t" + secret(peer.presharedKey());
            case ENDPOINTS -> key + "\t" + endpoint(peer);
            case ALLOWED_IPS -> key + "\t" + allowedIps(peer.allowedIps(), " ");
            case LATEST_HANDSHAKES -> key + "\t" + handshakeSeconds(peer);
            case TRANSFER -> key + "\t" + peer.receivedBytes() + "\t" + peer.sentBytes();
            case PERSISTENT_KEEPALIVE -> key + "\t" + keepalive(peer);
            case DUMP ->
                String.join(
                        "\t",
                        key,
                        secret(peer.presharedKey()),
                        endpoint(peer),
                        allowedIps(peer.allowedIps(), ","),
                        handshakeSeconds(peer),
                        Long.toString(peer.receivedBytes()),
                        Long.toString(peer.sentBytes()),
                        keepalive(peer));
            case PUBLIC_KEY, PRIVATE_KEY, LISTEN_PORT, FWMARK -> throw new AssertionError("a field of the device");
        };
    }

    private static void line(StringBuilder text, String prefix, String line) {
        text.append(prefix).append(line).append('\n');
    }

    private static String publicKey(DeviceStatus device) {
        return device.publicKey().map(Object::toString).orElse(NONE);
    }

    private static String secret(Optional<SecretKey> key) {
        return key.map(StatusText::base64).orElse(NONE);
    }

    private static String fwmark(DeviceStatus device) {
        return device.fwmark() == 0 ? "off" : "0x" + Integer.toHexString(device.fwmark());
    }

    private static String endpoint(PeerStatus peer) {
        return peer.endpoint().map(Object::toString).orElse(NONE);
    }

    private static String allowedIps(List<Cidr> blocks, String separator) {
        return blocks.isEmpty() ? NONE : blocks.stream().map(Cidr::toString).collect(Collectors.joining(separator));
    }

    private static String handshakeSeconds(PeerStatus peer) {
        return Long.toString(peer.lastHandshakeEpochNanos() / NANOS_PER_SECOND);
    }

    private static String keepalive(PeerStatus peer) {
        return peer.persistentKeepaliveSeconds() == 0 ? "off" : Integer.toString(peer.persistentKeepaliveSeconds());
    }
}
