package dev.sekisho.tun.memory;

import dev.sekisho.tun.LinkException;
import dev.sekisho.tun.LinkException.Reason;
import dev.sekisho.tun.LinkListener;
import dev.sekisho.tun.Links;
import dev.sekisho.tun.Rule;
import dev.sekisho.tun.TunException;
import dev.sekisho.tun.TunOffload;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The links of one node. It keeps what it is told, for a test to look at; routes and rules have no effect.
/// Unlike the real one it calls a [LinkListener] on the thread that changes the link. Thread-safe.
public final class MemoryLinks implements Links {
    /// Local routes lead here; no test needs more of a loopback interface.
    private static final int LOOPBACK_INDEX = 0;

    /// Index 1 is the switch port that every node has.
    private static final int FIRST_INDEX = 2;

    private final MemoryNetwork network;
    private final Map<Integer, Link> links = new LinkedHashMap<>();
    private final Set<String> routes = new LinkedHashSet<>();
    private final List<Rule> rules = new ArrayList<>();
    private int nextIndex = FIRST_INDEX;

    private static final class Link {
        private final String name;
        private final Set<String> addresses = new LinkedHashSet<>();
        private final List<LinkListener> listeners = new ArrayList<>();
        private int mtu;
        private boolean up;

        Link(String name, int mtu) {
            this.name = name;
            this.mtu = mtu;
        }

        void tell() {
            List.copyOf(listeners).forEach(listener -> listener.changed(up, mtu));
        }
    }

    MemoryLinks(MemoryNetwork network) {
        this.network = network;
    }

    MemoryTun addTun(String name, int queues, int mtu, TunOffload offload) {
        if (exists(name)) {
            throw new TunException("interface name " + name + " is in use: choose another, or remove the interface");
        }
        int index = nextIndex++;
        links.put(index, new Link(name, mtu));
        return new MemoryTun(network, this, name, index, queues, offload);
    }

    /// Addresses of an interface as `address/prefix length`, in the order they came.
    public List<String> addresses(int index) {
        return of(index, "list addresses", link -> List.copyOf(link.addresses));
    }

    /// Routes as `destination/prefix length dev index table number`, in the order they came; a local route starts with
    /// `local` and leads to index 0.
    public List<String> routes() {
        return locked(() -> List.copyOf(routes));
    }

    /// Rules in the order they came.
    public List<Rule> rules() {
        return locked(() -> List.copyOf(rules));
    }

    @Override
    public int index(String name) {
        return locked(() -> links.entrySet().stream()
                .filter(entry -> entry.getValue().name.equals(name))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> missing("find interface " + name)));
    }

    @Override
    public boolean exists(String name) {
        return locked(() -> links.values().stream().anyMatch(link -> link.name.equals(name)));
    }

    @Override
    public boolean exists(int index) {
        return locked(() -> links.containsKey(index));
    }

    @Override
    public void mtu(int index, int mtu) {
        change(index, "set the MTU", link -> link.mtu = mtu);
    }

    @Override
    public int mtu(int index) {
        return of(index, "read the MTU", link -> link.mtu);
    }

    @Override
    public void up(int index) {
        change(index, "bring up", link -> link.up = true);
    }

    @Override
    public void down(int index) {
        change(index, "take down", link -> link.up = false);
    }

    @Override
    public boolean isUp(int index) {
        return of(index, "look at", link -> link.up);
    }

    @Override
    public void delete(int index) {
        if (!removeIfPresent(index)) {
            throw missing("remove interface " + index);
        }
    }

    boolean removeIfPresent(int index) {
        return locked(() -> {
            @Nullable Link link = links.remove(index);
            if (link == null) {
                return false;
            }
            routes.removeIf(route -> route.contains(" dev " + index + " "));
            List.copyOf(link.listeners).forEach(LinkListener::removed);
            network.changed().signalAll();
            return true;
        });
    }

    @Override
    public void addAddress(int index, InetAddress address, int prefixLength) {
        String text = address.getHostAddress() + "/" + prefixLength;
        must(of(index, "add an address", link -> link.addresses.add(text)), Reason.EXISTS, "add address " + text);
    }

    @Override
    public void removeAddress(int index, InetAddress address, int prefixLength) {
        String text = address.getHostAddress() + "/" + prefixLength;
        must(
                of(index, "remove an address", link -> link.addresses.remove(text)),
                Reason.MISSING,
                "remove address " + text);
    }

    @Override
    public void addRoute(InetAddress destination, int prefixLength, int interfaceIndex, int table) {
        String text = route(destination, prefixLength, interfaceIndex, table);
        must(of(interfaceIndex, "add a route", link -> routes.add(text)), Reason.EXISTS, "add route " + text);
    }

    @Override
    public void deleteRoute(InetAddress destination, int prefixLength, int interfaceIndex, int table) {
        String text = route(destination, prefixLength, interfaceIndex, table);
        must(locked(() -> routes.remove(text)), Reason.MISSING, "remove route " + text);
    }

    @Override
    public void addLocalRoute(InetAddress destination, int prefixLength, int table) {
        String text = "local " + route(destination, prefixLength, LOOPBACK_INDEX, table);
        must(locked(() -> routes.add(text)), Reason.EXISTS, "add route " + text);
    }

    @Override
    public void deleteLocalRoute(InetAddress destination, int prefixLength, int table) {
        String text = "local " + route(destination, prefixLength, LOOPBACK_INDEX, table);
        must(locked(() -> routes.remove(text)), Reason.MISSING, "remove route " + text);
    }

    private static String route(InetAddress destination, int prefixLength, int interfaceIndex, int table) {
        return destination.getHostAddress() + "/" + prefixLength + " dev " + interfaceIndex + " table "
                + (table == 0 ? Integer.toString(Rule.MAIN_TABLE) : Integer.toUnsignedString(table));
    }

    @Override
    public void addRule(Rule rule) {
        must(locked(() -> !rules.contains(rule) && rules.add(rule)), Reason.EXISTS, "add routing rule " + rule);
    }

    @Override
    public void deleteRule(Rule rule) {
        must(locked(() -> rules.remove(rule)), Reason.MISSING, "remove routing rule " + rule);
    }

    @Override
    public Monitor monitor(int index, LinkListener listener) {
        return of(index, "watch interface " + index, link -> {
            link.listeners.add(listener);
            listener.changed(link.up, link.mtu);
            return () -> locked(() -> link.listeners.remove(listener));
        });
    }

    private void change(int index, String what, Consumer<Link> change) {
        of(index, what, link -> {
            change.accept(link);
            link.tell();
            return index;
        });
    }

    private <T> T of(int index, String what, Function<Link, T> question) {
        return locked(() -> {
            @Nullable Link link = links.get(index);
            if (link == null) {
                throw missing(what + " of interface " + index);
            }
            return question.apply(link);
        });
    }

    private <T> T locked(Supplier<T> action) {
        network.lock().lock();
        try {
            return action.get();
        } finally {
            network.lock().unlock();
        }
    }

    private static void must(boolean done, Reason reason, String what) {
        if (!done) {
            throw new LinkException(reason, "cannot " + what + ": " + reason);
        }
    }

    private static LinkException missing(String what) {
        return new LinkException(Reason.MISSING, "cannot " + what + ": " + Reason.MISSING);
    }
}
