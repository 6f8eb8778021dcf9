package dev.sekisho.control.tunnel;

import dev.sekisho.policy.Cidr;
import dev.sekisho.tun.LinkException;
import dev.sekisho.tun.Links;
import dev.sekisho.tun.Rule;
import java.lang.System.Logger.Level;
import java.util.function.IntConsumer;

/// Carries out a [RoutePlan] and remembers how to take it back. One owner thread.
///
/// A default route must not catch the tunnel's own datagrams: these carry a mark, and a rule sends everything without
/// it to a table of its own; a second rule keeps more specific routes of the main table. Source: wg-quick(8),
/// "Routing all traffic". Its firewall rules against spoofed packets to the tunnel's addresses are not made here.
final class Routes {
    private static final System.Logger LOG = System.getLogger(Routes.class.getName());

    /// First table to try; the number is that of wg-quick.
    private static final int FIRST_TABLE = 51_820;

    private static final int TABLES_TO_TRY = 1_000;
    private static final int MAX_LEFT_OVERS = 100;
    private static final Cidr ALL_V4 = Cidr.parse("0.0.0.0/0");
    private static final Cidr ALL_V6 = Cidr.parse("::/0");

    private final Links links;
    private final int interfaceIndex;
    private final HostSettings host;
    private final Undo undo;

    Routes(Links links, int interfaceIndex, HostSettings host, Undo undo) {
        this.links = links;
        this.interfaceIndex = interfaceIndex;
        this.host = host;
        this.undo = undo;
    }

    /// Adds all routes of the plan.
    ///
    /// @param fwmark mark that the device has, 0 = none
    /// @param setFwmark gives the device a mark when a default route needs one
    void apply(RoutePlan plan, int fwmark, IntConsumer setFwmark) {
        for (Cidr block : plan.routes()) {
            addRoute(block, plan.table());
        }
        if (!plan.defaultV4() && !plan.defaultV6()) {
            return;
        }
        int table = fwmark;
        if (fwmark == 0) {
            table = claimTable(plan);
            setFwmark.accept(table);
        } else {
            addDefaults(plan, table);
        }
        if (plan.defaultV4()) {
            addRules(true, table);
            host.acceptMarkedReplies();
        }
        if (plan.defaultV6()) {
            addRules(false, table);
        }
    }

    /// The first table, from wg-quick's number on, in which nobody has a default route.
    private int claimTable(RoutePlan plan) {
        for (int table = FIRST_TABLE; table < FIRST_TABLE + TABLES_TO_TRY; table++) {
            try (Undo attempt = new Undo()) {
                if (plan.defaultV4()) {
                    addRoute(ALL_V4, table, attempt);
                }
                if (plan.defaultV6()) {
                    addRoute(ALL_V6, table, attempt);
                }
                undo.takeOver(attempt);
                return table;
            } catch (LinkException e) {
                if (e.reason() != LinkException.Reason.EXISTS) {
                    throw e;
                }
                LOG.log(Level.DEBUG, "routing table {0} is taken", table);
            }
        }
        throw new TunnelException("no free routing table between " + FIRST_TABLE + " and "
                + (FIRST_TABLE + TABLES_TO_TRY - 1) + ": set Table or FwMark");
    }

    private void addDefaults(RoutePlan plan, int table) {
        if (plan.defaultV4()) {
            addRoute(ALL_V4, table);
        }
        if (plan.defaultV6()) {
            addRoute(ALL_V6, table);
        }
    }

    private void addRoute(Cidr block, int table) {
        addRoute(block, table, undo);
    }

    private void addRoute(Cidr block, int table, Undo owner) {
        links.addRoute(block.address(), block.prefixLength(), interfaceIndex, table);
        owner.push("route " + block, () -> deleteRoute(block, table));
    }

    /// A route goes away with its interface, so one that is missing is no news.
    private void deleteRoute(Cidr block, int table) {
        try {
            links.deleteRoute(block.address(), block.prefixLength(), interfaceIndex, table);
        } catch (LinkException e) {
            if (e.reason() != LinkException.Reason.MISSING) {
                throw e;
            }
        }
    }

    /// The table was free, so rules that point to it were left by a process that had no time to clean up,
    /// each with a twin. They go first, since the kernel would take the same rule twice. Further twins belong
    /// to other tunnels.
    private void addRules(boolean v4, int table) {
        Rule intoTable = Rule.unmarked(v4, table, table);
        Rule twin = Rule.mainWithoutDefault(v4);
        for (int left = 0; left < MAX_LEFT_OVERS && deleteRule(intoTable); left++) {
            LOG.log(Level.INFO, "a rule for routing table {0} was left by a killed process; removed", table);
            deleteRule(twin);
        }
        addRule(intoTable);
        addRule(twin);
    }

    private void addRule(Rule rule) {
        links.addRule(rule);
        undo.push("routing rule", () -> deleteRule(rule));
    }

    /// Whether there was such a rule.
    private boolean deleteRule(Rule rule) {
        try {
            links.deleteRule(rule);
            return true;
        } catch (LinkException e) {
            if (e.reason() != LinkException.Reason.MISSING) {
                throw e;
            }
            return false;
        }
    }
}
