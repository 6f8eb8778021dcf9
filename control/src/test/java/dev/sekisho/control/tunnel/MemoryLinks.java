package dev.sekisho.control.tunnel;

import dev.sekisho.policy.Cidr;
import dev.sekisho.tun.LinkException;
import dev.sekisho.tun.LinkListener;
import dev.sekisho.tun.Links;
import dev.sekisho.tun.Rule;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// A host's links, routes and rules as words. Like in the kernel a route is there once and a rule as often as it was
/// added.
final class MemoryLinks implements Links {
    /// What is there now, readable.
    final List<String> state = new ArrayList<>();

    /// Everything asked for, in order.
    final List<String> log = new ArrayList<>();

    private final Set<String> interfaces = new LinkedHashSet<>();

    void present(String name) {
        interfaces.add(name);
    }

    void gone(String name) {
        interfaces.remove(name);
    }

    @Override
    public int index(String name) {
        if (!exists(name)) {
            throw new LinkException(LinkException.Reason.MISSING, "no interface " + name);
        }
        return 7;
    }

    @Override
    public boolean exists(String name) {
        return interfaces.contains(name);
    }

    @Override
    public boolean exists(int index) {
        return !interfaces.isEmpty();
    }

    @Override
    public void mtu(int index, int mtu) {
        log.add("mtu " + mtu);
    }

    @Override
    public int mtu(int index) {
        return 1420;
    }

    @Override
    public void up(int index) {
        log.add("up");
    }

    @Override
    public void down(int index) {
        log.add("down");
    }

    @Override
    public boolean isUp(int index) {
        return log.contains("up");
    }

    @Override
    public void delete(int index) {
        log.add("delete");
    }

    @Override
    public void addAddress(int index, InetAddress address, int prefixLength) {
        log.add("address " + new InterfaceAddress(address, prefixLength));
    }

    @Override
    public void removeAddress(int index, InetAddress address, int prefixLength) {
        log.add("remove address");
    }

    @Override
    public void addRoute(InetAddress destination, int prefixLength, int interfaceIndex, int table) {
        add("route " + Cidr.of(destination, prefixLength) + " table " + table);
    }

    @Override
    public void deleteRoute(InetAddress destination, int prefixLength, int interfaceIndex, int table) {
        remove("route " + Cidr.of(destination, prefixLength) + " table " + table);
    }

    @Override
    public void addLocalRoute(InetAddress destination, int prefixLength, int table) {
        String block = Cidr.of(destination, prefixLength) + " table " + table;
        if (state.contains("route " + block)) {
            throw new LinkException(LinkException.Reason.EXISTS, block + ": EEXIST");
        }
        add("local route " + block);
    }

    @Override
    public void deleteLocalRoute(InetAddress destination, int prefixLength, int table) {
        remove("local route " + Cidr.of(destination, prefixLength) + " table " + table);
    }

    @Override
    public void addRule(Rule rule) {
        state.add(describe(rule));
        log.add("+ " + describe(rule));
    }

    @Override
    public void deleteRule(Rule rule) {
        remove(describe(rule));
    }

    @Override
    public Monitor monitor(int index, LinkListener listener) {
        return () -> log.add("monitor closed");
    }

    /// The words for a rule.
    static String describe(Rule rule) {
        return (rule.v4() ? "v4" : "v6") + " rule " + (rule.invert() ? "not " : "") + "fwmark " + rule.fwmark()
                + " table " + rule.table() + " suppress " + rule.suppressPrefixLength()
                + (rule.incomingInterface().isEmpty() ? "" : " iif " + rule.incomingInterface())
                + (rule.outgoingInterface().isEmpty() ? "" : " oif " + rule.outgoingInterface());
    }

    private void add(String what) {
        if (state.contains(what)) {
            throw new LinkException(LinkException.Reason.EXISTS, what + ": EEXIST");
        }
        state.add(what);
        log.add("+ " + what);
    }

    private void remove(String what) {
        if (!state.remove(what)) {
            throw new LinkException(LinkException.Reason.MISSING, what + ": ESRCH");
        }
        log.add("- " + what);
    }
}
