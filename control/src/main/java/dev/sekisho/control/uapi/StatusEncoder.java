package dev.sekisho.control.uapi;

import dev.sekisho.crypto.SecretKey;
import dev.sekisho.crypto.Wipe;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.run.DeviceStatus;
import dev.sekisho.dataplane.run.PeerStatus;
import dev.sekisho.policy.Cidr;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// Writes answers through one small buffer, so that a device of any size costs no more memory than one of
/// its lines. One owner thread; keys pass through the buffer, so the end of an answer wipes it and whoever
/// gives up calls [#wipe].
final class StatusEncoder {
    private static final int BUFFER_BYTES = 8 * 1024;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final OutputStream out;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final byte[] key = new byte[SecretKey.BYTES];
    private int length;

    StatusEncoder(OutputStream out) {
        this.out = out;
    }

    /// Writes the lines of a `get`, without the closing `errno`.
    void status(DeviceStatus device) throws IOException {
        if (device.privateKey().isPresent()) {
            secret(UapiKey.PRIVATE_KEY, device.privateKey().get());
        }
        if (device.listenPort() != 0) {
            number(UapiKey.LISTEN_PORT, device.listenPort());
        }
        if (device.fwmark() != 0) {
            number(UapiKey.FWMARK, device.fwmark() & 0xffff_ffffL);
        }
        for (PeerStatus peer : device.peers()) {
            peer(peer);
        }
    }

    /// Ends an answer and sends it.
    void end(Errno errno) throws IOException {
        text(UapiKey.ERRNO, Integer.toString(-errno.number()));
        put('\n');
        flush();
    }

    private void peer(PeerStatus peer) throws IOException {
        publicKey(peer.publicKey());
        if (peer.presharedKey().isPresent()) {
            secret(UapiKey.PRESHARED_KEY, peer.presharedKey().get());
        }
        number(UapiKey.PROTOCOL_VERSION, 1);
        if (peer.endpoint().isPresent()) {
            text(UapiKey.ENDPOINT, peer.endpoint().get().toString());
        }
        number(UapiKey.LAST_HANDSHAKE_SEC, peer.lastHandshakeEpochNanos() / NANOS_PER_SECOND);
        number(UapiKey.LAST_HANDSHAKE_NSEC, peer.lastHandshakeEpochNanos() % NANOS_PER_SECOND);
        number(UapiKey.TX_BYTES, peer.sentBytes());
        number(UapiKey.RX_BYTES, peer.receivedBytes());
        number(UapiKey.PERSISTENT_KEEPALIVE, peer.persistentKeepaliveSeconds());
        for (Cidr block : peer.allowedIps()) {
            text(UapiKey.ALLOWED_IP, block.toString());
        }
    }

    private void publicKey(PublicKey publicKey) throws IOException {
        publicKey.copyTo(key, 0);
        hex(UapiKey.PUBLIC_KEY);
    }

    private void secret(UapiKey name, SecretKey secret) throws IOException {
        secret.copyTo(key, 0);
        try {
            hex(name);
        } finally {
            Wipe.bytes(key);
        }
    }

    private void hex(UapiKey name) throws IOException {
        name(name);
        for (byte b : key) {
            put(HEX[b >> 4 & 0xf]);
            put(HEX[b & 0xf]);
        }
        put('\n');
    }

    private void number(UapiKey name, long value) throws IOException {
        text(name, Long.toString(value));
    }

    private void text(UapiKey name, String value) throws IOException {
        name(name);
        ascii(value);
        put('\n');
    }

    private void name(UapiKey name) throws IOException {
        ascii(name.text());
        put('=');
    }

    private void ascii(String text) throws IOException {
        for (int i = 0; i < text.length(); i++) {
            put(text.charAt(i));
        }
    }

    private void put(int c) throws IOException {
        if (length == buffer.length) {
            drain();
        }
        buffer[length++] = (byte) c;
    }

    private void drain() throws IOException {
        out.write(buffer, 0, length);
        length = 0;
    }

    private void flush() throws IOException {
        try {
            drain();
            out.flush();
        } finally {
            wipe();
        }
    }

    /// Overwrites what was written, sent or not.
    void wipe() {
        length = 0;
        Wipe.bytes(buffer, key);
    }
}
