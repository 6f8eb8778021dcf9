package dev.sekisho.control.settings;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sekisho.control.people.NamedRole;
import dev.sekisho.control.policy.MfaSection;
import dev.sekisho.control.policy.ScanSection;
import dev.sekisho.control.policy.Texts;
import dev.sekisho.control.web.Checked;
import dev.sekisho.policy.Cidr;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The settings as they are sent and shown. Immutable.
///
/// @param interfaceName the tunnel's interface; `interface` outside, which is a word of this language
/// @param dns servers with commas in between
record SettingsBody(
        boolean enabled,
        @JsonProperty("interface") String interfaceName,
        int listenPort,
        Optional<String> publicAddress,
        List<String> addresses,
        Optional<String> dns,
        int mtu,
        List<String> exposedSubnets,
        Optional<List<String>> networkInterfaces,
        Mfa mfa,
        Scan scan,
        List<String> enrollmentRoles,
        int maxOwnDevices,
        boolean pendingDevices) {
    private static final int MAX_LIST = 100;

    /// How long approvals hold.
    record Mfa(long inactivitySeconds, Optional<Long> maximumAgeSeconds, long timeoutSeconds) {}

    /// When a device is locked.
    record Scan(int threshold, long windowSeconds) {}

    SettingsBody {
        Checked.required("interface", interfaceName);
        addresses = list("addresses", addresses);
        exposedSubnets = list("exposedSubnets", exposedSubnets);
        enrollmentRoles = list("enrollmentRoles", enrollmentRoles);
        Checked.required("mfa", mfa);
        Checked.required("scan", scan);
    }

    private static List<String> list(String name, List<String> list) {
        if (Checked.required(name, list).size() > MAX_LIST) {
            throw new IllegalArgumentException(name + " has at most " + MAX_LIST + " entries");
        }
        return List.copyOf(list);
    }

    static SettingsBody of(NetworkSettings settings) {
        NetworkSettings.Place place = settings.place();
        return new SettingsBody(
                settings.enabled(),
                place.interfaceName(),
                place.listenPort(),
                place.publicAddress(),
                place.addresses().stream().map(Object::toString).toList(),
                place.dns().isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                place.dns().stream().map(HostAddress::text).collect(Collectors.joining(", "))),
                place.mtu(),
                place.subnets().stream().map(Cidr::toString).toList(),
                Optional.of(place.networkInterfaces()),
                new Mfa(
                        settings.mfa().inactivity().toSeconds(),
                        settings.mfa().maximumAge().map(Duration::toSeconds),
                        settings.mfa().timeout().toSeconds()),
                new Scan(settings.scan().threshold(), settings.scan().window().toSeconds()),
                settings.enrollmentRoles().stream().map(NamedRole::name).toList(),
                settings.maxOwnDevices(),
                settings.pendingDevices());
    }

    /// The settings that are meant.
    NetworkSettings settings(long version, Settings.RoleFinder roles) {
        NetworkSettings.Place place = new NetworkSettings.Place(
                Checked.field("interface", () -> Texts.interfaceName(interfaceName)),
                listenPort,
                publicAddress
                        .map(String::strip)
                        .filter(text -> !text.isEmpty())
                        .map(text -> Checked.field("publicAddress", () -> Texts.publicAddress(text))),
                all("addresses", addresses, Texts::interfaceAddress),
                dnsServers(),
                mtu,
                all("exposedSubnets", exposedSubnets, Texts::cidr),
                all("networkInterfaces", networkInterfaces.orElse(List.of()), Texts::interfaceName));
        return new NetworkSettings(
                enabled,
                place,
                new MfaSection(
                        seconds("mfa.inactivitySeconds", mfa.inactivitySeconds()),
                        mfa.maximumAgeSeconds().map(age -> seconds("mfa.maximumAgeSeconds", age)),
                        seconds("mfa.timeoutSeconds", mfa.timeoutSeconds())),
                new ScanSection(
                        scan.threshold(),
                        seconds("scan.windowSeconds", scan.windowSeconds()),
                        ScanSection.DEFAULT.slowThreshold(),
                        ScanSection.DEFAULT.slowWindow()),
                enrollmentRoles.stream().distinct().map(roles::role).toList(),
                maxOwnDevices,
                pendingDevices,
                version);
    }

    private List<InetAddress> dnsServers() {
        List<String> servers = Arrays.stream(dns.orElse("").split(","))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .toList();
        return all("dns", servers, text -> Texts.host(text).address());
    }

    private static Duration seconds(String field, long seconds) {
        return Checked.field(field, () -> {
            if (seconds < 0 || seconds > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("is a number of seconds");
            }
            return Duration.ofSeconds(seconds);
        });
    }

    private static <T> List<T> all(String field, List<String> texts, Function<String, T> read) {
        return texts.stream()
                .map(text -> Checked.field(field, () -> read.apply(text.strip())))
                .toList();
    }
}
