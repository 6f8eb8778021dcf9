package dev.sekisho.control.enforce;

import dev.sekisho.control.tunnel.HostSettings;
import dev.sekisho.tun.Links;
import dev.sekisho.tun.Platform;
import dev.sekisho.tun.Poller;
import dev.sekisho.tun.TunDevice;
import dev.sekisho.tun.UdpOptions;
import dev.sekisho.tun.UdpSocket;
import dev.sekisho.tun.memory.MemoryPlatform;
import dev.sekisho.tun.memory.MemoryTun;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

/// Hosts in memory, whose TUN devices a test keeps a hand on. Thread-safe.
final class MemoryHosts {
    /// A host that nothing is asked of.
    static final HostSettings SETTINGS = new NoHost();

    private final Map<String, MemoryTun> tuns = new ConcurrentHashMap<>();

    /// A host on a node.
    Platform on(MemoryPlatform node) {
        return new Remembering(node);
    }

    /// A device that was opened on one of them.
    MemoryTun tun(String name) {
        return Optional.ofNullable(tuns.get(name)).orElseThrow();
    }

    /// A node's platform, whose TUN devices the test keeps a hand on.
    private final class Remembering implements Platform {
        private final MemoryPlatform platform;

        Remembering(MemoryPlatform platform) {
            this.platform = platform;
        }

        @Override
        public TunDevice openTun(String wanted, int queues, int mtu) {
            MemoryTun opened = platform.openTun(wanted, queues, mtu);
            tuns.put(wanted, opened);
            return opened;
        }

        @Override
        public UdpSocket openUdp(UdpOptions options) {
            return platform.openUdp(options);
        }

        @Override
        public Poller openPoller() {
            return platform.openPoller();
        }

        @Override
        public Links links() {
            return platform.links();
        }
    }

    /// A host that nothing is asked of.
    private static final class NoHost implements HostSettings {
        @Override
        public void runHook(String line) {}

        @Override
        public boolean setDns(String interfaceName, List<InetAddress> servers, List<String> searchDomains) {
            return false;
        }

        @Override
        public void unsetDns(String interfaceName) {}

        @Override
        public void acceptMarkedReplies() {}

        @Override
        public void acceptAsymmetricSources(String interfaceName) {}

        @Override
        public OptionalInt pathMtu(InetAddress destination) {
            return OptionalInt.empty();
        }

        @Override
        public InetAddress resolve(String name) {
            throw new IllegalStateException("nobody is to be resolved");
        }

        @Override
        public boolean pause(long millis) {
            return false;
        }
    }
}
