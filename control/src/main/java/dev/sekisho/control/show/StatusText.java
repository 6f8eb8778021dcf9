package dev.sekisho.control.show;

import dev.sekisho.control.tunnel.Keys;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.crypto.Wipe;
import dev.sekisho.dataplane.run.DeviceStatus;
import dev.sekisho.dataplane.run.PeerStatus;
import dev.sekisho.policy.Cidr;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The layout of `wg show` for people: one block per interface, one per peer, last handshake first.
///
/// @param palette colours
/// @param showKeys whether secrets are written out instead of `(hidden)`
/// @param nowSeconds the wall clock, seconds since 1970
public record StatusText(Palette palette, boolean showKeys, long nowSeconds) {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /// Appends the device's block.
    public void append(DeviceStatus device, StringBuilder text) {
        text.append(palette.reset()).append(palette.greenBold("interface")).append(": ");
        text.append(palette.green(device.interfaceName())).append('\n');
        device.publicKey().ifPresent(key -> line(text, "public key", key.toString()));
        device.privateKey().ifPresent(key -> line(text, "private key", secret(key)));
        if (device.listenPort() != 0) {
            line(text, "listening port", Integer.toString(device.listenPort()));
        }
        if (device.fwmark() != 0) {
            line(text, "fwmark", "0x" + Integer.toHexString(device.fwmark()));
        }
        List<PeerStatus> peers = new ArrayList<>(device.peers());
        peers.sort(Comparator.comparingLong(PeerStatus::lastHandshakeEpochNanos).reversed());
        for (PeerStatus peer : peers) {
            text.append('\n');
            append(peer, text);
        }
    }

    private void append(PeerStatus peer, StringBuilder text) {
        Units units = new Units(palette);
        text.append(palette.yellowBold("peer")).append(": ");
        text.append(palette.yellow(peer.publicKey().toString())).append('\n');
        peer.presharedKey().ifPresent(key -> line(text, "preshared key", secret(key)));
        peer.endpoint().ifPresent(endpoint -> line(text, "endpoint", endpoint.toString()));
        line(text, "allowed ips", allowedIps(peer.allowedIps()));
        if (peer.lastHandshakeEpochNanos() >= NANOS_PER_SECOND) {
            line(text, "latest handshake", units.ago(peer.lastHandshakeEpochNanos() / NANOS_PER_SECOND, nowSeconds));
        }
        if (peer.receivedBytes() != 0 || peer.sentBytes() != 0) {
            line(
                    text,
                    "transfer",
                    units.bytes(peer.receivedBytes()) + " received, " + units.bytes(peer.sentBytes()) + " sent");
        }
        if (peer.persistentKeepaliveSeconds() != 0) {
            line(text, "persistent keepalive", units.every(peer.persistentKeepaliveSeconds()));
        }
    }

    private void line(StringBuilder text, String name, String value) {
        text.append("  ").append(palette.bold(name)).append(": ").append(value).append('\n');
    }

    private String allowedIps(List<Cidr> blocks) {
        if (blocks.isEmpty()) {
            return "(none)";
        }
        StringBuilder text = new StringBuilder();
        for (Cidr block : blocks) {
            String whole = block.toString();
            int slash = whole.indexOf('/');
            text.append(text.isEmpty() ? "" : ", ").append(whole, 0, slash);
            text.append(palette.cyan("/")).append(whole, slash + 1, whole.length());
        }
        return text.toString();
    }

    private String secret(SecretKey key) {
        return showKeys ? base64(key) : "(hidden)";
    }

    /// Text of a key that the user asked to see.
    static String base64(SecretKey key) {
        byte[] base64 = Keys.base64(key);
        try {
            return new String(base64, StandardCharsets.US_ASCII);
        } finally {
            Wipe.bytes(base64);
        }
    }
}
