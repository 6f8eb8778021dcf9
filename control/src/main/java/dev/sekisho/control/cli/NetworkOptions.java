package dev.sekisho.control.cli;

import dev.sekisho.control.network.FirewallTool;
import dev.sekisho.control.network.Masquerade;
import dev.sekisho.control.network.NetworkPlan;
import dev.sekisho.control.network.UpScript;
import dev.sekisho.control.policy.NetworkSection;
import dev.sekisho.control.policy.PolicyFile;
import dev.sekisho.policy.Cidr;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// What the `network` commands are told about the gateway.
final class NetworkOptions {
    private static final String DEFAULT_INTERFACE = "sk0";
    private static final String AUTO = "auto";

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "Takes interfaces, port, addresses and subnets from this policy file.")
    private @Nullable Path policy;

    @Option(
            names = "--interface",
            paramLabel = "NAME",
            description = "The tunnel (default: the policy file's, or " + DEFAULT_INTERFACE + ").")
    private @Nullable String interfaceName;

    @Option(
            names = "--addresses",
            paramLabel = "ADDRESS/LENGTH",
            split = ",",
            description = "Addresses of the tunnel with their networks, such as 10.66.0.1/24; without --policy.")
    private List<String> addresses = new ArrayList<>();

    @Option(
            names = "--subnets",
            paramLabel = "SUBNET",
            split = ",",
            description = "Exposed subnets; 0.0.0.0/0 for a full tunnel (default: none).")
    private List<String> subnets = new ArrayList<>();

    @Option(
            names = "--network-interfaces",
            paramLabel = "NAME",
            split = ",",
            description = "The interface that leads to each subnet, in the same order (default: as routed).")
    private List<String> networkInterfaces = new ArrayList<>();

    @Option(names = "--listen", paramLabel = "PORT", description = "UDP port (default: 51871).")
    private @Nullable Integer port;

    @Option(
            names = "--handoff-interface",
            paramLabel = "NAME",
            description = "Hand-off device (default: the tunnel's + h).")
    private String handOffInterface = "";

    @Option(
            names = "--masquerade",
            paramLabel = "WHEN",
            description = "auto, always or never: whether devices get this host's address (default: ${DEFAULT-VALUE}).")
    private String masquerade = AUTO;

    @Option(names = "--iptables", description = "Use iptables and ip6tables instead of nft.")
    private boolean iptables;

    /// Whether anything says what the gateway is, so that no server needs to be asked.
    boolean isGiven() {
        return policy != null || interfaceName != null || saysPlan() || !masquerade.equals(AUTO);
    }

    /// The script of the plan.
    ///
    /// @param up or down
    String script(boolean up) {
        return up ? UpScript.up(plan(), tool()) : UpScript.down(plan(), tool());
    }

    private boolean saysPlan() {
        return !addresses.isEmpty()
                || !subnets.isEmpty()
                || !networkInterfaces.isEmpty()
                || !handOffInterface.isEmpty()
                || port != null;
    }

    FirewallTool tool() {
        return iptables ? FirewallTool.IPTABLES : FirewallTool.NFTABLES;
    }

    /// @throws ParameterException when the options don't make a plan
    NetworkPlan plan() {
        try {
            return policy == null ? planOfOptions() : planOf(policy);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private NetworkPlan planOfOptions() {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException(
                    "which addresses has the tunnel? Give --policy or --addresses, or nothing for the server's settings");
        }
        String name = interfaceName == null ? DEFAULT_INTERFACE : interfaceName;
        return new NetworkPlan(
                name,
                handOffInterface.isEmpty() ? NetworkPlan.defaultHandOffInterface(name) : handOffInterface,
                port == null ? NetworkSection.DEFAULT_LISTEN_PORT : port,
                blocks(addresses),
                NetworkPlan.exposed(blocks(subnets), networkInterfaces),
                masquerade());
    }

    /// What `sekisho up` with the same file and interface serves: said twice it would be said differently
    /// one day.
    private NetworkPlan planOf(Path file) {
        if (saysPlan()) {
            throw new IllegalArgumentException(
                    "--policy says addresses, subnets, interfaces and port: change them in the file");
        }
        NetworkSection network = new PolicyFile(file, Optional.ofNullable(interfaceName)).network();
        return new NetworkPlan(
                network.interfaceName(),
                network.handOffInterface(),
                network.listenPort(),
                network.addresses().stream()
                        .map(address -> Cidr.of(address.address(), address.prefixLength()))
                        .distinct()
                        .toList(),
                NetworkPlan.exposed(network.subnets(), network.networkInterfaces()),
                masquerade());
    }

    private static List<Cidr> blocks(List<String> texts) {
        return texts.stream().map(String::strip).map(Cidr::parse).toList();
    }

    private Masquerade masquerade() {
        return switch (masquerade.toLowerCase(Locale.ROOT)) {
            case AUTO -> Masquerade.AUTO;
            case "always" -> Masquerade.ALWAYS;
            case "never" -> Masquerade.NEVER;
            default -> throw new IllegalArgumentException("--masquerade is auto, always or never, not " + masquerade);
        };
    }
}
