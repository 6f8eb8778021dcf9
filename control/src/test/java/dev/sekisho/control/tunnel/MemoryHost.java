package dev.sekisho.control.tunnel;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// A host that writes down what it is asked.
final class MemoryHost implements HostSettings {
    final List<String> log = new ArrayList<>();
    final Map<String, Integer> mtus = new HashMap<>();
    final Deque<String> answers = new ArrayDeque<>();
    String failingHook = "";
    boolean hasResolvconf = true;
    int pausesLeft = Integer.MAX_VALUE;

    @Override
    public void runHook(String line) {
        log.add("hook " + line);
        if (line.equals(failingHook)) {
            throw new TunnelException("hook failed");
        }
    }

    @Override
    public boolean setDns(String interfaceName, List<InetAddress> servers, List<String> searchDomains) {
        log.add("dns " + interfaceName + " " + servers.size() + " " + searchDomains);
        return hasResolvconf;
    }

    @Override
    public void unsetDns(String interfaceName) {
        log.add("no dns " + interfaceName);
    }

    @Override
    public void acceptMarkedReplies() {
        log.add("src_valid_mark");
    }

    @Override
    public void acceptAsymmetricSources(String interfaceName) {
        log.add("asymmetric " + interfaceName);
    }

    @Override
    public OptionalInt pathMtu(InetAddress destination) {
        Integer mtu = mtus.get(destination.getHostAddress());
        return mtu == null ? OptionalInt.empty() : OptionalInt.of(mtu);
    }

    @Override
    public InetAddress resolve(String name) throws UnknownHostException {
        String answer = answers.isEmpty() ? name + ": Name or service not known" : answers.removeFirst();
        if (answer.contains(": ")) {
            throw new UnknownHostException(answer);
        }
        return InetAddress.ofLiteral(answer);
    }

    @Override
    public boolean pause(long millis) {
        log.add("pause " + millis);
        return pausesLeft-- > 0;
    }
}
