package dev.sekisho.control.network;

import dev.sekisho.control.network.NetworkPlan.Path;
import dev.sekisho.policy.Cidr;

/// The rules of a [NetworkPlan] for `nft`: one table of our own for both families. Source: nft(8).
final class NftRules {
    private final NetworkPlan plan;
    private final StringBuilder text = new StringBuilder();

    private NftRules(NetworkPlan plan) {
        this.plan = plan;
    }

    /// Letters and digits stay, everything else becomes `_` and its number: no two interfaces share a table.
    static String table(String interfaceName) {
        StringBuilder name = new StringBuilder("sekisho_");
        for (int i = 0; i < interfaceName.length(); i++) {
            char c = interfaceName.charAt(i);
            if (Character.isLetterOrDigit(c)) {
                name.append(c);
            } else {
                name.append('_').append(Integer.toHexString(c));
            }
        }
        return name.toString();
    }

    /// Shell lines that put the table in place, replacing one of the same name.
    static String up(NetworkPlan plan) {
        NftRules rules = new NftRules(plan);
        String table = table(plan.interfaceName());
        rules.text.append("""
                # One table of our own, replaced as a whole: there is no moment without it. Nothing else is touched. An accept
                # in here does not overrule another table that drops (see: nft list ruleset), UDP port %d included: open that
                # in the host's own firewall if it has one.
                nft -f - <<'RULES'
                add table inet %s
                delete table inet %s
                table inet %s {
                """.formatted(plan.udpPort(), table, table, table));
        rules.antiSpoofing();
        rules.handOff();
        rules.forward();
        rules.masquerade();
        return rules.text.append("}\nRULES\n").toString();
    }

    /// Shell lines that remove the table.
    static String down(NetworkPlan plan) {
        String table = table(plan.interfaceName());
        return """
                # `add` makes `delete` succeed where there is no table.
                nft -f - <<'RULES'
                add table inet %s
                delete table inet %s
                RULES
                """.formatted(table, table);
    }

    private void antiSpoofing() {
        line(
                "  # The address of a device says who is behind it, so it comes out of the tunnel or from a proxy on this host");
        line(
                "  # (hand-off), or it is forged: nobody on another network speaks for a device. Before connection tracking, so");
        line("  # that a forgery doesn't pass as part of somebody's flow.");
        line("  chain anti_spoofing {");
        line("    type filter hook prerouting priority raw; policy accept;");
        for (Cidr inner : plan.tunnelSubnets()) {
            line("    iifname != { \"%s\", \"%s\", \"lo\" } %s saddr %s counter drop"
                    .formatted(plan.interfaceName(), plan.handOffInterface(), inner.v4() ? "ip" : "ip6", inner));
        }
        line("  }");
        line("");
    }

    private void handOff() {
        line(
                "  # Flows handed to a proxy arrive here with their original addresses. Connection tracking would see half of");
        line("  # them and translate what must stay as it is.");
        line("  chain handoff_in {");
        line("    type filter hook prerouting priority raw; policy accept;");
        line("    iifname \"%s\" notrack".formatted(plan.handOffInterface()));
        line("  }");
        line("  chain handoff_out {");
        line("    type filter hook output priority raw; policy accept;");
        line("    oifname \"%s\" notrack".formatted(plan.handOffInterface()));
        line("  }");
    }

    private void forward() {
        line("");
        line("  chain forward {");
        line("    type filter hook forward priority filter; policy accept;");
        line("    iifname \"%s\" drop".formatted(plan.handOffInterface()));
        line("    oifname \"%s\" drop".formatted(plan.handOffInterface()));
        line("    iifname \"%s\" jump from_tunnel".formatted(plan.interfaceName()));
        line("    oifname \"%s\" jump to_tunnel".formatted(plan.interfaceName()));
        line("  }");
        line("  # From a device into the exposed subnets, and nowhere else.");
        line("  chain from_tunnel {");
        boolean everything = false;
        for (Path path : plan.paths()) {
            if (path.to().isEverything() && !everything) {
                everything = true;
                line(
                        "    # Everything is exposed, but not the other devices and no link-local service (cloud metadata).");
                line("    oifname \"%s\" drop".formatted(plan.interfaceName()));
                line("    ip daddr 169.254.0.0/16 drop");
                line("    ip6 daddr fe80::/10 drop");
            }
            line("    %s accept".formatted(match(path, "saddr", "daddr", "oifname")));
        }
        line("    counter drop");
        line("  }");
        line("  # To a device: answers, errors about its flows, and what the policy allows servers to start.");
        line("  chain to_tunnel {");
        line("    ct state established,related accept");
        for (Path path : plan.paths()) {
            line("    %s accept".formatted(match(path, "daddr", "saddr", "iifname")));
        }
        line("    counter drop");
        line("  }");
    }

    private void masquerade() {
        line("");
        line("  # The exposed subnets answer to this gateway, since they know no way back into the tunnel.");
        line("  chain postrouting {");
        line("    type nat hook postrouting priority srcnat; policy accept;");
        for (Path path : plan.paths()) {
            if (plan.masquerade().hides(path.from()) && !plan.reachesItself(path.to())) {
                String notBack =
                        path.to().networkInterface().isEmpty() ? " oifname != \"" + plan.interfaceName() + "\"" : "";
                line("    %s%s masquerade".formatted(match(path, "saddr", "daddr", "oifname"), notBack));
            }
        }
        line("  }");
    }

    /// @param inner `saddr` or `daddr`: where the device's address stands
    /// @param outer the other one
    /// @param side `oifname` or `iifname`: the interface of the subnet
    private String match(Path path, String inner, String outer, String side) {
        String family = path.from().v4() ? "ip" : "ip6";
        String text = family + " " + inner + " " + path.from();
        if (!path.to().isEverything()) {
            text += " " + family + " " + outer + " " + path.to().block();
        }
        String networkInterface = plan.reachesItself(path.to())
                ? plan.interfaceName()
                : path.to().networkInterface().orElse("");
        return networkInterface.isEmpty() ? text : text + " " + side + " \"" + networkInterface + "\"";
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
