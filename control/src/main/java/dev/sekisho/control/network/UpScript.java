package dev.sekisho.control.network;

import dev.sekisho.policy.Cidr;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// Writes the scripts that make a host the gateway between a tunnel and the networks behind it (UP), and that take all
/// of
/// it back (DOWN). POSIX sh; each is safe to run twice; reading one explains what it does.
///
/// The rules that drop come first and forwarding last, so nothing passes in between. What UP finds and changes it
/// writes
/// down under `/run/sekisho/network`, by network namespace and interface; DOWN puts it back, or leaves that to the last
/// gateway of the host.
public final class UpScript {
    private static final String FOLDER = "/run/sekisho/network/$(readlink /proc/self/ns/net | tr -dc 0-9)";

    private UpScript() {}

    /// The script that sets the gateway up.
    public static String up(NetworkPlan plan, FirewallTool tool) {
        StringBuilder script = new StringBuilder(head(plan, tool, "up", "Run the DOWN script to take it back."));
        checkInterfaces(script, plan);
        script.append("""

                # What changes is written down, for the DOWN script to restore.
                (umask 077 && mkdir -p "$folder" && touch "$state")

                # ---- what may pass -----------------------------------------------------------------------------------------
                """);
        script.append(
                switch (tool) {
                    case NFTABLES -> NftRules.up(plan);
                    case IPTABLES -> IptablesRules.up(plan);
                });
        addRoutes(script, plan);
        addForwarding(script, plan);
        return script.toString();
    }

    /// The script that takes everything back which [#up] for the same interface and tool has changed, whatever else the
    /// plan said then.
    public static String down(NetworkPlan plan, FirewallTool tool) {
        String restore = """

                # ---- back to the settings and routes found by UP ----------------------------------------------------------
                # Another gateway that is up on this host needs the settings; it inherits what to restore.
                heir=
                for other in "$folder"/*; do
                    if [ -f "$other" ] && [ "$other" != "$state" ]; then
                        heir=$other
                    fi
                done

                # restore KEY VALUE
                restore() {
                    if [ -n "$heir" ]; then
                        grep -qF "set $1 " "$heir" || echo "set $1 $2" >>"$heir"
                    elif [ -e "/proc/sys/$1" ]; then
                        echo "$2" >"/proc/sys/$1"
                    fi
                }

                if [ -f "$state" ]; then
                    while read -r what first second third; do
                        case $what in
                        set) restore "$first" "$second" ;;
                        route) ip "$first" route del "$second" dev "$third" 2>/dev/null || : ;;
                        esac
                    done <"$state"
                fi

                # ---- no rules of ours any more ----------------------------------------------------------------------------
                """;
        String rules = switch (tool) {
            case NFTABLES -> NftRules.down(plan);
            case IPTABLES -> IptablesRules.down(plan);
        };
        return head(plan, tool, "down", "Takes back what the UP script did.") + restore + rules + """

                rm -f "$state"
                rmdir "$folder" "${folder%/*}" 2>/dev/null || :
                """;
    }

    private static String head(NetworkPlan plan, FirewallTool tool, String verb, String sentence) {
        String exposed = plan.exposed().stream()
                .map(subnet -> subnet.block()
                        + subnet.networkInterface().map(name -> " by " + name).orElse(""))
                .collect(Collectors.joining(", "));
        String inner = plan.tunnelSubnets().stream().map(Cidr::toString).collect(Collectors.joining(", "));
        return """
                #!/bin/sh
                # Gateway of the tunnel %1$s: %2$s. Made by 'sekisho network script'. Safe to run twice. %3$s
                #
                #   tunnel    %1$s, %4$s, datagrams on UDP port %5$d
                #   hand-off  %6$s
                #   exposed   %7$s
                set -eu

                fail() {
                    echo "sekisho: $*" >&2
                    exit 1
                }

                # need PROGRAM PACKAGE
                need() {
                    command -v "$1" >/dev/null 2>&1 || fail "$1 is missing: install the package $2"
                }

                %8$sneed ip iproute2
                [ "$(id -u)" = 0 ] || fail 'this changes the network: run it as root'

                folder=%9$s
                state=$folder/%1$s
                """.formatted(
                        plan.interfaceName(),
                        verb,
                        sentence,
                        inner,
                        plan.udpPort(),
                        plan.handOffInterface(),
                        exposed.isEmpty() ? "nothing" : exposed,
                        needs(tool),
                        FOLDER);
    }

    private static String needs(FirewallTool tool) {
        return switch (tool) {
            case NFTABLES -> "need nft nftables\n";
            case IPTABLES -> """
                need iptables iptables
                need iptables-restore iptables
                [ ! -d /proc/sys/net/ipv6 ] || need ip6tables-restore iptables
                """;
        };
    }

    private static void checkInterfaces(StringBuilder script, NetworkPlan plan) {
        plan.exposed().stream()
                .flatMap(subnet -> subnet.networkInterface().stream())
                .distinct()
                .forEach(name -> script.append(
                        "ip link show dev %1$s >/dev/null 2>&1 || fail 'there is no network interface %1$s here'\n"
                                .formatted(name)));
    }

    /// A default route is the host's own affair, so none is made for a subnet that means everything.
    private static void addRoutes(StringBuilder script, NetworkPlan plan) {
        Map<Cidr, String> routes = new LinkedHashMap<>();
        plan.exposed().stream()
                .filter(subnet -> !subnet.isEverything())
                .forEach(subnet -> subnet.networkInterface().ifPresent(name -> routes.put(subnet.block(), name)));
        if (routes.isEmpty()) {
            return;
        }
        script.append("""

                # ---- the way to the exposed subnets ------------------------------------------------------------------------
                # A route to a subnet, unless one leads through its interface already.
                # route FAMILY SUBNET INTERFACE
                route() {
                    if [ -z "$(ip "$1" route show match "$2" dev "$3")" ]; then
                        ip "$1" route add "$2" dev "$3"
                        echo "route $1 $2 $3" >>"$state"
                    fi
                }

                """);
        routes.forEach(
                (block, name) -> script.append("route %s %s %s\n".formatted(block.v4() ? "-4" : "-6", block, name)));
    }

    private static void addForwarding(StringBuilder script, NetworkPlan plan) {
        script.append("""

                # ---- forwarding, at last -----------------------------------------------------------------------------------
                # Changes a setting of the kernel and writes down what it was when it was first changed.
                # set_kernel KEY VALUE
                set_kernel() {
                    found=$(cat "/proc/sys/$1")
                    if [ "$found" != "$2" ]; then
                        grep -qF "set $1 " "$state" || echo "set $1 $found" >>"$state"
                        echo "$2" >"/proc/sys/$1"
                    fi
                }

                """);
        if (plan.has(true)) {
            script.append("set_kernel net/ipv4/ip_forward 1\n");
        }
        if (plan.has(false)) {
            script.append("""
                    # A host that forwards IPv6 stops listening to router advertisements and would lose its own default route;
                    # with 2 it goes on listening.
                    for file in /proc/sys/net/ipv6/conf/*/accept_ra; do
                        if [ "$(cat "$file")" = 1 ]; then
                            set_kernel "${file#/proc/sys/}" 2
                        fi
                    done
                    set_kernel net/ipv6/conf/all/forwarding 1
                    """);
        }
    }
}
