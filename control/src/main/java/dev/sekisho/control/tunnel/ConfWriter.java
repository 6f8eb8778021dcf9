package dev.sekisho.control.tunnel;

import dev.sekisho.crypto.SecretKey;
import dev.sekisho.crypto.Wipe;
import dev.sekisho.dataplane.run.DeviceStatus;
import dev.sekisho.dataplane.run.PeerStatus;
import dev.sekisho.policy.Cidr;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Writes a configuration file from what the file said and what the device is now, for `SaveConfig = true`. One owner
/// thread, used once. Source: wg-quick(8), `save`.
final class ConfWriter {
    private final OutputStream out;

    private ConfWriter(OutputStream out) {
        this.out = out;
    }

    /// Replaces `file` in one step; it is readable by its owner only at every moment.
    static void save(Path file, InterfaceSection settings, DeviceStatus device) throws IOException {
        Path real = Files.exists(file) ? file.toRealPath() : file;
        Path next = real.resolveSibling(real.getFileName() + ".tmp");
        Files.deleteIfExists(next);
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try {
            try (FileChannel channel = FileChannel.open(
                            next, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly);
                    OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel))) {
                write(out, settings, device);
                out.flush();
                channel.force(true);
            }
            Files.move(next, real, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(next);
        }
    }

    static void write(OutputStream out, InterfaceSection settings, DeviceStatus device) throws IOException {
        ConfWriter writer = new ConfWriter(out);
        writer.interfaceSection(settings, device);
        for (PeerStatus peer : device.peers()) {
            writer.peer(peer);
        }
    }

    private void interfaceSection(InterfaceSection settings, DeviceStatus device) throws IOException {
        text("[Interface]\n");
        for (InterfaceAddress address : settings.addresses()) {
            line("Address", address.toString());
        }
        for (var server : settings.dnsServers()) {
            line("DNS", server.getHostAddress());
        }
        for (String domain : settings.dnsSearch()) {
            line("DNS", domain);
        }
        if (settings.mtu().isPresent()) {
            line("MTU", Integer.toString(settings.mtu().getAsInt()));
        }
        if (settings.table().isPresent()) {
            line("Table", settings.table().get().toString());
        }
        line("SaveConfig", Boolean.toString(settings.saveConfig()));
        lines("PreUp", settings.hooks().preUp());
        lines("PostUp", settings.hooks().postUp());
        lines("PreDown", settings.hooks().preDown());
        lines("PostDown", settings.hooks().postDown());
        if (device.listenPort() != 0) {
            line("ListenPort", Integer.toString(device.listenPort()));
        }
        if (device.fwmark() != 0) {
            line("FwMark", "0x" + Integer.toHexString(device.fwmark()));
        }
        if (device.privateKey().isPresent()) {
            secret("PrivateKey", device.privateKey().get());
        }
    }

    private void peer(PeerStatus peer) throws IOException {
        text("\n[Peer]\n");
        line("PublicKey", peer.publicKey().toString());
        if (peer.presharedKey().isPresent()) {
            secret("PresharedKey", peer.presharedKey().get());
        }
        if (!peer.allowedIps().isEmpty()) {
            line("AllowedIPs", peer.allowedIps().stream().map(Cidr::toString).collect(Collectors.joining(", ")));
        }
        if (peer.endpoint().isPresent()) {
            line("Endpoint", peer.endpoint().get().toString());
        }
        if (peer.persistentKeepaliveSeconds() != 0) {
            line("PersistentKeepalive", Integer.toString(peer.persistentKeepaliveSeconds()));
        }
    }

    private void lines(String key, List<String> values) throws IOException {
        for (String value : values) {
            line(key, value);
        }
    }

    private void line(String key, String value) throws IOException {
        text(key + " = " + value + "\n");
    }

    private void secret(String key, SecretKey secret) throws IOException {
        byte[] base64 = Keys.base64(secret);
        try {
            text(key + " = ");
            out.write(base64);
            text("\n");
        } finally {
            Wipe.bytes(base64);
        }
    }

    private void text(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
