package dev.sekisho.control.settings;

import dev.sekisho.control.tunnel.InterfaceAddress;
import dev.sekisho.control.web.Problem;
import dev.sekisho.policy.Cidr;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/// Refuses settings with which nobody could connect any more, or which can't be put in force. One owner thread, used
/// once.
final class SettingsCheck {
    /// Fewest bytes of an MTU that IPv6 can live with. Source: RFC 8200 section 5.
    private static final int MIN_MTU = 1_280;

    private static final int MAX_MTU = 65_455;
    private static final int MAX_INTERFACE_CHARS = 14;
    private static final int MAX_LIST = 100;
    private static final int MAX_OWN_DEVICES = 1_000;

    private final NetworkSettings settings;
    private final List<Problem.FieldError> problems = new ArrayList<>();

    private SettingsCheck(NetworkSettings settings) {
        this.settings = settings;
    }

    /// Checks settings.
    ///
    /// @param inUse addresses that devices have
    /// @throws Problem 400 naming every field that is wrong
    static void require(NetworkSettings settings, List<Cidr> inUse) {
        SettingsCheck check = new SettingsCheck(settings);
        check.place();
        check.networks();
        check.subnets();
        check.devices(inUse);
        check.durations();
        if (!check.problems.isEmpty()) {
            throw Problem.invalid(check.problems);
        }
    }

    private void problem(String field, String sentence) {
        problems.add(new Problem.FieldError(field, sentence));
    }

    private void place() {
        NetworkSettings.Place place = settings.place();
        if (place.interfaceName().length() > MAX_INTERFACE_CHARS) {
            problem(
                    "interface",
                    "has at most " + MAX_INTERFACE_CHARS + " characters: the hand-off interface has one more, an h");
        }
        if (place.listenPort() < 1 || place.listenPort() > 0xffff) {
            problem("listenPort", "is 1 to 65535");
        }
        if (place.mtu() < MIN_MTU || place.mtu() > MAX_MTU) {
            problem("mtu", "is " + MIN_MTU + " to " + MAX_MTU);
        }
        if (settings.maxOwnDevices() < 0 || settings.maxOwnDevices() > MAX_OWN_DEVICES) {
            problem("maxOwnDevices", "is 0 to " + MAX_OWN_DEVICES);
        }
        if (place.addresses().size() > MAX_LIST || place.subnets().size() > MAX_LIST) {
            problem("exposedSubnets", "a list has at most " + MAX_LIST + " entries");
        }
        try {
            place.plan();
        } catch (IllegalArgumentException e) {
            problem("exposedSubnets", String.valueOf(e.getMessage()));
        }
    }

    private void networks() {
        List<InterfaceAddress> addresses = settings.place().addresses();
        if (addresses.isEmpty()) {
            problem("addresses", "needs at least one address, such as 10.66.0.1/24");
        }
        for (int i = 0; i < addresses.size(); i++) {
            InterfaceAddress own = addresses.get(i);
            if (!leavesRoom(own)) {
                problem("addresses", own + " is not an address for a host, or leaves none for a device");
            }
            for (int j = 0; j < i; j++) {
                if (own.network().overlaps(addresses.get(j).network())) {
                    problem("addresses", own + " and " + addresses.get(j) + " lie in the same network");
                }
            }
        }
    }

    /// Not the network's or the broadcast address, and more than itself.
    private static boolean leavesRoom(InterfaceAddress own) {
        Cidr network = own.network();
        InetAddress address = own.address();
        int free = (network.v4() ? Integer.SIZE : Long.SIZE * 2) - network.prefixLength();
        if (free < 2 || address.isMulticastAddress() || address.isAnyLocalAddress() || address.isLoopbackAddress()) {
            return false;
        }
        Cidr host = Cidr.of(address, network.v4() ? Integer.SIZE : Long.SIZE * 2);
        boolean first = host.high() == network.high() && host.low() == network.low();
        long hosts = free >= Long.SIZE ? -1 : (1L << free) - 1;
        boolean last = network.v4() && (host.low() & hosts) == hosts;
        return !first && !last;
    }

    private void subnets() {
        NetworkSettings.Place place = settings.place();
        for (Cidr subnet : place.subnets()) {
            for (Cidr network : place.networks()) {
                if (subnet.prefixLength() > 0
                        && subnet.prefixLength() <= network.prefixLength()
                        && subnet.overlaps(network)) {
                    problem("exposedSubnets", subnet + " holds the tunnel's own network " + network);
                }
            }
        }
        place.publicAddress().filter(SettingsCheck::isLiteral).ifPresent(text -> {
            InetAddress address = Cidr.parseAddress(text);
            Cidr host = Cidr.of(address, 8 * address.getAddress().length);
            for (Cidr subnet : place.subnets()) {
                if (subnet.prefixLength() > 0 && subnet.overlaps(host)) {
                    problem(
                            "exposedSubnets",
                            subnet + " holds the public address " + text
                                    + ": devices would send the tunnel through itself");
                }
            }
        });
    }

    private static boolean isLiteral(String text) {
        return text.indexOf(':') >= 0 || text.matches("[0-9.]+");
    }

    private void devices(List<Cidr> inUse) {
        List<Cidr> networks = settings.place().networks();
        List<Cidr> outside = inUse.stream()
                .filter(address -> networks.stream().noneMatch(network -> network.overlaps(address)))
                .toList();
        if (!outside.isEmpty()) {
            problem(
                    "addresses",
                    "devices have addresses outside of these networks, " + outside.size() + " in all, such as "
                            + outside.getFirst().addressText() + ": keep their network, or move them first");
        }
        for (InterfaceAddress own : settings.place().addresses()) {
            Cidr host = Cidr.of(own.address(), 8 * own.address().getAddress().length);
            if (inUse.contains(host)) {
                problem("addresses", host.addressText() + " is the address of a device");
            }
        }
    }

    private void durations() {
        between("mfa.inactivitySeconds", settings.mfa().inactivity().toSeconds(), 2_592_000);
        settings.mfa().maximumAge().ifPresent(age -> between("mfa.maximumAgeSeconds", age.toSeconds(), 31_536_000));
        between("mfa.timeoutSeconds", settings.mfa().timeout().toSeconds(), 3_600);
        between("scan.threshold", settings.scan().threshold(), 1_000);
        between("scan.windowSeconds", settings.scan().window().toSeconds(), 2_592_000);
    }

    private void between(String field, long value, long most) {
        if (value < 1 || value > most) {
            problem(field, "is 1 to " + most);
        }
    }
}
