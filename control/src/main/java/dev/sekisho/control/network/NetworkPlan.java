package dev.sekisho.control.network;

import dev.sekisho.policy.Cidr;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// What the gateway's scripts are made from. Immutable; checked when made, so a script never has to quote.
///
/// @param interfaceName the tunnel
/// @param handOffInterface the device of flows that proxies take over
/// @param udpPort port of the tunnel's datagrams, 1..65535
/// @param tunnelSubnets the tunnel's inner networks, at least one
/// @param exposed the networks that the tunnel leads to, each once; most specific first, whatever the order given
/// @param masquerade when devices get the gateway's address
public record NetworkPlan(
        String interfaceName,
        String handOffInterface,
        int udpPort,
        List<Cidr> tunnelSubnets,
        List<ExposedSubnet> exposed,
        Masquerade masquerade) {
    /// Of what the kernel allows, what is no word of the shell, of `nft` (`*`, `:`) or of `iptables` (`+`), and no
    /// option.
    private static final Pattern INTERFACE_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.@-]{0,14}");

    /// @throws IllegalArgumentException with a sentence that names what is wrong
    public NetworkPlan {
        requireInterfaceName(interfaceName);
        requireInterfaceName(handOffInterface);
        if (handOffInterface.equals(interfaceName)) {
            throw new IllegalArgumentException("the hand-off device can't be the tunnel " + interfaceName + " itself");
        }
        if (udpPort < 1 || udpPort > 0xffff) {
            throw new IllegalArgumentException("port " + udpPort + " is out of range: 1 to 65535");
        }
        if (tunnelSubnets.isEmpty()) {
            throw new IllegalArgumentException("the tunnel has no subnet: give its addresses");
        }
        tunnelSubnets = List.copyOf(tunnelSubnets);
        List<ExposedSubnet> sorted = new ArrayList<>(exposed);
        sorted.sort(
                Comparator.comparingInt((ExposedSubnet subnet) -> subnet.block().prefixLength())
                        .reversed());
        exposed = List.copyOf(sorted);
        Set<Cidr> seen = new HashSet<>();
        for (ExposedSubnet subnet : exposed) {
            if (!seen.add(subnet.block())) {
                throw new IllegalArgumentException("subnet " + subnet.block() + " is exposed twice");
            }
            String out = subnet.networkInterface().orElse("");
            if (out.equals(interfaceName) || out.equals(handOffInterface)) {
                throw new IllegalArgumentException(
                        "subnet " + subnet.block() + " can't lie behind " + out + ", the tunnel's own interface");
            }
        }
    }

    /// Joins what an operator lists: subnets and, if any, one interface for each, in the same order.
    ///
    /// @throws IllegalArgumentException when the lists differ in length
    public static List<ExposedSubnet> exposed(List<Cidr> subnets, List<String> networkInterfaces) {
        if (!networkInterfaces.isEmpty() && networkInterfaces.size() != subnets.size()) {
            throw new IllegalArgumentException("there are " + subnets.size() + " subnets, but "
                    + networkInterfaces.size() + " network interfaces: give one for each, or none");
        }
        List<ExposedSubnet> exposed = new ArrayList<>();
        for (int i = 0; i < subnets.size(); i++) {
            Optional<String> out =
                    networkInterfaces.isEmpty() ? Optional.empty() : Optional.of(networkInterfaces.get(i));
            exposed.add(new ExposedSubnet(subnets.get(i), out));
        }
        return exposed;
    }

    /// Name of the hand-off device of an interface whose operator gave none.
    public static String defaultHandOffInterface(String interfaceName) {
        return interfaceName + "h";
    }

    static void requireInterfaceName(String name) {
        if (!INTERFACE_NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name.replaceAll("\\p{Cntrl}", "?")
                    + "' can't be an interface here: 1 to 15 letters, digits or _.-@, the first a letter, digit or _");
        }
    }

    boolean has(boolean v4) {
        return tunnelSubnets.stream().anyMatch(subnet -> subnet.v4() == v4);
    }

    /// One way that packets may take from the tunnel.
    ///
    /// @param from inner network
    /// @param to the network they go to, of the same family
    record Path(Cidr from, ExposedSubnet to) {}

    /// Every way out; those into everything come last.
    List<Path> paths() {
        List<Path> paths = new ArrayList<>(paths(true));
        paths.addAll(paths(false));
        paths.sort(Comparator.comparing((Path path) -> path.to().isEverything()));
        return paths;
    }

    /// Every way out for a family, most specific destinations first.
    List<Path> paths(boolean v4) {
        List<Path> paths = new ArrayList<>();
        for (ExposedSubnet subnet : exposed) {
            for (Cidr inner : tunnelSubnets) {
                if (inner.v4() == v4 && subnet.block().v4() == v4) {
                    paths.add(new Path(inner, subnet));
                }
            }
        }
        return paths;
    }

    /// Whether devices may talk to each other through the gateway: only when a part of the tunnel itself is exposed.
    boolean reachesItself(ExposedSubnet subnet) {
        Cidr block = subnet.block();
        return tunnelSubnets.stream()
                .anyMatch(inner -> inner.v4() == block.v4()
                        && inner.prefixLength() <= block.prefixLength()
                        && inner.contains(block.high(), block.low()));
    }
}
