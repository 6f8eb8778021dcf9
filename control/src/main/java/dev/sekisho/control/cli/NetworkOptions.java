package dev.sekisho.control.cli;

import dev.sekisho.control.network.FirewallTool;
import dev.sekisho.control.network.Masquerade;
import dev.sekisho.control.network.NetworkPlan;
import dev.sekisho.policy.Cidr;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// What the `network` commands are told about the gateway.
final class NetworkOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(names = "--interface", paramLabel = "NAME", description = "The tunnel (default: ${DEFAULT-VALUE}).")
    private String interfaceName = "sk0";

    @Option(
            names = "--addresses",
            paramLabel = "ADDRESS/LENGTH",
            split = ",",
            required = true,
            description = "Addresses of the tunnel with their networks, such as 10.66.0.1/24.")
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

    @Option(names = "--listen", paramLabel = "PORT", description = "UDP port (default: ${DEFAULT-VALUE}).")
    private int port = 51_871;

    @Option(
            names = "--handoff-interface",
            paramLabel = "NAME",
            description = "Hand-off device (default: the tunnel's + h).")
    private String handOffInterface = "";

    @Option(
            names = "--masquerade",
            paramLabel = "WHEN",
            description = "auto, always or never: whether devices get this host's address (default: ${DEFAULT-VALUE}).")
    private String masquerade = "auto";

    @Option(names = "--iptables", description = "Use iptables and ip6tables instead of nft.")
    private boolean iptables;

    FirewallTool tool() {
        return iptables ? FirewallTool.IPTABLES : FirewallTool.NFTABLES;
    }

    /// @throws ParameterException when the options don't make a plan
    NetworkPlan plan() {
        try {
            return new NetworkPlan(
                    interfaceName,
                    handOffInterface.isEmpty() ? NetworkPlan.defaultHandOffInterface(interfaceName) : handOffInterface,
                    port,
                    blocks(addresses),
                    NetworkPlan.exposed(blocks(subnets), networkInterfaces),
                    masquerade());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private static List<Cidr> blocks(List<String> texts) {
        return texts.stream().map(String::strip).map(Cidr::parse).toList();
    }

    private Masquerade masquerade() {
        return switch (masquerade.toLowerCase(Locale.ROOT)) {
            case "auto" -> Masquerade.AUTO;
            case "always" -> Masquerade.ALWAYS;
            case "never" -> Masquerade.NEVER;
            default -> throw new IllegalArgumentException("--masquerade is auto, always or never, not " + masquerade);
        };
    }
}
