package dev.sekisho.control.network;

import dev.sekisho.control.network.NetworkPlan.Path;
import dev.sekisho.policy.Cidr;

/// The rules of a [NetworkPlan] for `iptables` and `ip6tables`: chains of our own and a jump to each. Source:
/// iptables(8), iptables-restore(8), iptables-extensions(8).
final class IptablesRules {
    /// Table, built-in chain and prefix of the chain of ours that it jumps to; the kernel allows 28 characters, the
    /// prefix
    /// and 15 of an interface fit. Forwarding last: its drops stand before anything else is undone on the way down.
    private record Hook(String table, String builtIn, String prefix) {}

    private static final Hook PREROUTING = new Hook("raw", "PREROUTING", "SEKISHO-PRE-");
    private static final Hook OUTPUT = new Hook("raw", "OUTPUT", "SEKISHO-OUT-");
    private static final Hook POSTROUTING = new Hook("nat", "POSTROUTING", "SEKISHO-NAT-");
    private static final Hook INPUT = new Hook("filter", "INPUT", "SEKISHO-IN-");
    private static final Hook FORWARD = new Hook("filter", "FORWARD", "SEKISHO-FWD-");
    private static final Hook[] HOOKS = {PREROUTING, OUTPUT, POSTROUTING, INPUT, FORWARD};

    private final NetworkPlan plan;
    private final boolean v4;
    private final StringBuilder text = new StringBuilder();

    private IptablesRules(NetworkPlan plan, boolean v4) {
        this.plan = plan;
        this.v4 = v4;
    }

    /// Shell lines that put the chains in place.
    static String up(NetworkPlan plan) {
        StringBuilder script = new StringBuilder("""
                # Puts a jump to a chain of ours before everything else of a built-in one, unless it is there.
                # jump TOOL TABLE CHAIN OURS
                jump() {
                    "$1" -w -t "$2" -C "$3" -j "$4" 2>/dev/null || "$1" -w -t "$2" -I "$3" 1 -j "$4"
                }

                """);
        for (boolean v4 : new boolean[] {true, false}) {
            String tool = tool(v4);
            script.append(v4 ? "# IPv4: " : "# IPv6: ")
                    .append("each table's chains of ours are replaced at once, all other rules stay.\n");
            script.append(onlyWith(v4))
                    .append(tool)
                    .append("-restore -w --noflush <<'RULES'\n")
                    .append(new IptablesRules(plan, v4).tables())
                    .append("RULES\n");
            for (Hook hook : HOOKS) {
                script.append("jump %s %s %s %s\n"
                        .formatted(tool, hook.table(), hook.builtIn(), chain(hook, plan.interfaceName())));
            }
            script.append(v4 ? "\n" : "fi\n");
        }
        return script.toString();
    }

    /// Shell lines that remove the chains and the jumps to them.
    static String down(NetworkPlan plan) {
        StringBuilder script = new StringBuilder("""
                # Removes a chain of ours and the jump to it, if they are there.
                # remove TOOL TABLE CHAIN OURS
                remove() {
                    while "$1" -w -t "$2" -D "$3" -j "$4" 2>/dev/null; do :; done
                    if "$1" -w -t "$2" -F "$4" 2>/dev/null; then
                        "$1" -w -t "$2" -X "$4"
                    fi
                }

                """);
        for (boolean v4 : new boolean[] {true, false}) {
            script.append(onlyWith(v4));
            for (Hook hook : HOOKS) {
                script.append("remove %s %s %s %s\n"
                        .formatted(tool(v4), hook.table(), hook.builtIn(), chain(hook, plan.interfaceName())));
            }
            script.append(v4 ? "" : "fi\n");
        }
        return script.toString();
    }

    private static String tool(boolean v4) {
        return v4 ? "iptables" : "ip6tables";
    }

    private static String onlyWith(boolean v4) {
        return v4 ? "" : "if [ -d /proc/sys/net/ipv6 ]; then\n";
    }

    private static String chain(Hook hook, String interfaceName) {
        return hook.prefix() + interfaceName;
    }

    private String tables() {
        line(
                "# Flows handed to a proxy arrive with their original addresses. Connection tracking would see half of them and");
        line("# translate what must stay as it is.");
        line("*raw");
        declare(PREROUTING, OUTPUT);
        antiSpoofing();
        rule(PREROUTING, "-i %s -j CT --notrack".formatted(plan.handOffInterface()));
        rule(OUTPUT, "-o %s -j CT --notrack".formatted(plan.handOffInterface()));
        line("COMMIT");
        line("# The exposed subnets answer to this gateway, since they know no way back into the tunnel.");
        line("*nat");
        declare(POSTROUTING);
        for (Path path : plan.paths(v4)) {
            if (plan.masquerade().hides(path.from()) && !plan.reachesItself(path.to())) {
                String out = path.to().networkInterface().isEmpty() ? " ! -o " + plan.interfaceName() : "";
                rule(POSTROUTING, "%s%s -j MASQUERADE".formatted(match(path, "-s", "-d", "-o"), out));
            }
        }
        line("COMMIT");
        line("*filter");
        declare(INPUT, FORWARD);
        rule(INPUT, "-p udp --dport %d -j ACCEPT".formatted(plan.udpPort()));
        forward();
        line("COMMIT");
        return text.toString();
    }

    private void antiSpoofing() {
        line(
                "# The address of a device says who is behind it, so it comes out of the tunnel or from a proxy on this host");
        line(
                "# (hand-off), or it is forged: nobody on another network speaks for a device. Before connection tracking, so");
        line("# that a forgery doesn't pass as part of somebody's flow.");
        rule(PREROUTING, "-i %s -j RETURN".formatted(plan.interfaceName()));
        rule(PREROUTING, "-i lo -j RETURN");
        for (Cidr inner : plan.tunnelSubnets()) {
            if (inner.v4() == v4) {
                rule(PREROUTING, "! -i %s -s %s -j DROP".formatted(plan.handOffInterface(), inner));
            }
        }
    }

    private void forward() {
        rule(FORWARD, "-i %s -j DROP".formatted(plan.handOffInterface()));
        rule(FORWARD, "-o %s -j DROP".formatted(plan.handOffInterface()));
        line("# From a device into the exposed subnets, and nowhere else.");
        boolean everything = false;
        for (Path path : plan.paths(v4)) {
            if (path.to().isEverything() && !everything) {
                everything = true;
                line("# Everything is exposed, but not the other devices and no link-local service (cloud metadata).");
                rule(FORWARD, "-i %s -o %s -j DROP".formatted(plan.interfaceName(), plan.interfaceName()));
                rule(
                        FORWARD,
                        "-i %s -d %s -j DROP".formatted(plan.interfaceName(), v4 ? "169.254.0.0/16" : "fe80::/10"));
            }
            rule(FORWARD, "-i %s %s -j ACCEPT".formatted(plan.interfaceName(), match(path, "-s", "-d", "-o")));
        }
        rule(FORWARD, "-i %s -j DROP".formatted(plan.interfaceName()));
        line("# To a device: answers, errors about its flows, and what the policy allows servers to start.");
        rule(FORWARD, "-o %s -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT".formatted(plan.interfaceName()));
        for (Path path : plan.paths(v4)) {
            rule(FORWARD, "-o %s %s -j ACCEPT".formatted(plan.interfaceName(), match(path, "-d", "-s", "-i")));
        }
        rule(FORWARD, "-o %s -j DROP".formatted(plan.interfaceName()));
    }

    /// @param inner `-s` or `-d`: where the device's address stands
    /// @param outer the other one
    /// @param side `-o` or `-i`: the interface of the subnet
    private String match(Path path, String inner, String outer, String side) {
        String text = inner + " " + path.from();
        if (!path.to().isEverything()) {
            text += " " + outer + " " + path.to().block();
        }
        if (plan.reachesItself(path.to())) {
            return text;
        }
        return path.to()
                .networkInterface()
                .map(name -> " " + side + " " + name)
                .map(text::concat)
                .orElse(text);
    }

    private void declare(Hook... hooks) {
        for (Hook hook : hooks) {
            line(":%s - [0:0]".formatted(chain(hook, plan.interfaceName())));
        }
    }

    private void rule(Hook hook, String rule) {
        line("-A " + chain(hook, plan.interfaceName()) + " " + rule);
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
