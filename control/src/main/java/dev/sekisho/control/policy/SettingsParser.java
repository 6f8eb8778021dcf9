package dev.sekisho.control.policy;

import dev.sekisho.control.tunnel.InterfaceAddress;
import dev.sekisho.policy.Cidr;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The groups `network`, `mfa` and `scan`. One owner thread.
final class SettingsParser {
    private static final Set<String> NETWORK_KEYS = Set.of(
            "enabled",
            "interface",
            "handoffInterface",
            "listen",
            "addresses",
            "mtu",
            "privateKeyFile",
            "publicAddress",
            "subnets",
            "networkInterfaces");
    private static final Set<String> MFA_KEYS = Set.of("inactivity", "maximumAge", "timeout");
    private static final Set<String> SCAN_KEYS = Set.of("threshold", "window", "slowThreshold", "slowWindow");

    /// Fewest bytes of an MTU that IPv4 and IPv6 can live with. Source: RFC 8200 section 5.
    private static final int MIN_MTU = 1_280;

    private static final int MAX_MTU = 65_455;
    private static final int MAX_INTERFACE_NAME_CHARS = 15;
    private static final int MAX_SCAN_THRESHOLD = 1_000;
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MONTH = Duration.ofDays(30);
    private static final Duration YEAR = Duration.ofDays(365);

    private final Path directory;
    private final Problems problems;

    /// @param directory where relative names of files start
    SettingsParser(Path directory, Problems problems) {
        this.directory = directory;
        this.problems = problems;
    }

    @Nullable
    NetworkSection network(YamlNode node) {
        Fields fields = Fields.of(node, "network", NETWORK_KEYS, problems);
        if (fields == null) {
            return null;
        }
        boolean enabled = fields.optional("enabled", Texts::bool).orElse(true);
        String name = fields.required("interface", Texts::interfaceName);
        String handOff = fields.optional("handoffInterface", Texts::interfaceName)
                .orElseGet(() -> handOffName(fields, name == null ? "" : name));
        if (name != null && name.equals(handOff)) {
            fields.problem("handoffInterface", "must differ from the interface");
        }
        int listen = fields.optional("listen", Texts.number(1, 0xffff)).orElse(NetworkSection.DEFAULT_LISTEN_PORT);
        int mtu = fields.optional("mtu", Texts.number(MIN_MTU, MAX_MTU)).orElse(NetworkSection.DEFAULT_MTU);
        List<InterfaceAddress> addresses = addresses(fields);
        Path keyFile = fields.required("privateKeyFile", Path::of);
        List<Cidr> subnets = fields.list("subnets", Texts::cidr);
        List<String> networkInterfaces = fields.list("networkInterfaces", Texts::interfaceName);
        if (!networkInterfaces.isEmpty() && networkInterfaces.size() != subnets.size()) {
            fields.problem("networkInterfaces", "must name one interface per subnet, or none");
        }
        var publicAddress = fields.optional("publicAddress", Texts::publicAddress);
        if (name == null || keyFile == null) {
            return null;
        }
        return new NetworkSection(
                enabled,
                name,
                handOff,
                listen,
                addresses,
                mtu,
                directory.resolve(keyFile),
                publicAddress,
                subnets,
                networkInterfaces);
    }

    private static List<InterfaceAddress> addresses(Fields fields) {
        List<InterfaceAddress> addresses = fields.requiredList("addresses", Texts::interfaceAddress, "10.66.0.1/24");
        if (addresses.stream().map(InterfaceAddress::address).distinct().count() != addresses.size()) {
            fields.problem("addresses", "holds an address twice");
        }
        return addresses;
    }

    private static String handOffName(Fields fields, String name) {
        if (name.length() == MAX_INTERFACE_NAME_CHARS) {
            fields.problem("handoffInterface", "is missing: '" + name + "' has no room for an h at its end");
        }
        return name + "h";
    }

    MfaSection mfa(YamlNode node) {
        Fields fields = Fields.of(node, "mfa", MFA_KEYS, problems);
        if (fields == null) {
            return MfaSection.DEFAULT;
        }
        return new MfaSection(
                fields.optional("inactivity", Texts.duration(SECOND, MONTH)).orElse(MfaSection.DEFAULT.inactivity()),
                fields.optional("maximumAge", Texts.duration(SECOND, YEAR)),
                fields.optional("timeout", Texts.duration(SECOND, Duration.ofHours(1)))
                        .orElse(MfaSection.DEFAULT.timeout()));
    }

    ScanSection scan(YamlNode node) {
        Fields fields = Fields.of(node, "scan", SCAN_KEYS, problems);
        ScanSection standard = ScanSection.DEFAULT;
        if (fields == null) {
            return standard;
        }
        var threshold = Texts.number(1, MAX_SCAN_THRESHOLD);
        var window = Texts.duration(SECOND, MONTH);
        return new ScanSection(
                fields.optional("threshold", threshold).orElse(standard.threshold()),
                fields.optional("window", window).orElse(standard.window()),
                fields.optional("slowThreshold", threshold).orElse(standard.slowThreshold()),
                fields.optional("slowWindow", window).orElse(standard.slowWindow()));
    }
}
