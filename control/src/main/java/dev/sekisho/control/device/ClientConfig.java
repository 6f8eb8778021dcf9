package dev.sekisho.control.device;

import dev.sekisho.control.settings.HostAddress;
import dev.sekisho.control.settings.NetworkSettings;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.policy.Cidr;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The file that a WireGuard app imports (product line P02). Stateless.
final class ClientConfig {
    private ClientConfig() {}

    /// The server as a device sees it.
    ///
    /// @param host its public address
    record Server(PublicKey publicKey, String host, NetworkSettings settings) {}

    /// The two secrets of a device, base64.
    record Secrets(String privateKey, Optional<String> presharedKey) {
        /// Those in a file of [#text].
        static Secrets in(String config) {
            return new Secrets(
                    value(config, "PrivateKey")
                            .orElseThrow(() -> new IllegalArgumentException("a configuration without its key")),
                    value(config, "PresharedKey"));
        }

        private static Optional<String> value(String config, String name) {
            String begin = name + " = ";
            return config.lines()
                    .filter(line -> line.startsWith(begin))
                    .map(line -> line.substring(begin.length()))
                    .findFirst();
        }

        @Override
        public String toString() {
            return "Secrets[hidden]";
        }
    }

    static String text(Device device, Secrets secrets, Server server) {
        NetworkSettings.Place place = server.settings().place();
        StringBuilder text = new StringBuilder("[Interface]\n");
        line(text, "PrivateKey", secrets.privateKey());
        line(text, "Address", join(device.addresses()));
        if (!place.dns().isEmpty()) {
            line(text, "DNS", place.dns().stream().map(ClientConfig::text).collect(Collectors.joining(", ")));
        }
        line(text, "MTU", String.valueOf(place.mtu()));
        text.append("\n[Peer]\n");
        line(text, "PublicKey", server.publicKey().toString());
        secrets.presharedKey().ifPresent(key -> line(text, "PresharedKey", key));
        line(text, "AllowedIPs", join(allowedIps(place)));
        line(text, "Endpoint", HostAddress.endpoint(server.host(), place.listenPort()));
        return text.toString();
    }

    /// The exposed subnets, then the tunnel's own networks that lie in none of them; everything for a full tunnel.
    static List<Cidr> allowedIps(NetworkSettings.Place place) {
        Set<Cidr> blocks = new LinkedHashSet<>(place.subnets());
        blocks.addAll(place.networks());
        List<Cidr> wanted = new ArrayList<>();
        for (Cidr block : blocks) {
            boolean inside = blocks.stream()
                    .anyMatch(other -> other.v4() == block.v4()
                            && other.prefixLength() < block.prefixLength()
                            && other.contains(block.high(), block.low()));
            if (!inside) {
                wanted.add(block);
            }
        }
        return wanted;
    }

    private static String join(List<Cidr> blocks) {
        return blocks.stream().map(Cidr::toString).collect(Collectors.joining(", "));
    }

    private static String text(InetAddress address) {
        return Cidr.of(address, 8 * address.getAddress().length).addressText();
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append(key).append(" = ").append(value).append('\n');
    }
}
