package dev.sekisho.control.uapi;

import dev.sekisho.control.tunnel.OpenDevice;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.crypto.X25519;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.run.ConfigurationException;
import dev.sekisho.dataplane.run.DataPlane.StopReason;
import dev.sekisho.dataplane.run.DeviceStatus;
import dev.sekisho.dataplane.run.DeviceUpdate;
import dev.sekisho.dataplane.run.PeerStatus;
import dev.sekisho.dataplane.run.PeerUpdate;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.policy.Cidr;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A device without packets: keeps what it is told by the rules of the protocol, slow and obvious.
/// Thread-safe.
public class MemoryDevice implements OpenDevice {
    private final String name;
    private @Nullable SecretKey privateKey;
    private int listenPort;
    private int fwmark;
    private final Map<PublicKey, MemoryPeer> peers = new LinkedHashMap<>();
    private int busyPort = -1;
    private @Nullable RuntimeException failure;
    private int updates;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final AtomicReference<@Nullable StopReason> stopReason = new AtomicReference<>();
    private volatile boolean closed;

    /// What the device knows about a peer.
    private static final class MemoryPeer {
        private @Nullable SecretKey presharedKey;
        private @Nullable Endpoint endpoint;
        private int keepalive;
        private final Set<Cidr> blocks = new LinkedHashSet<>();
        private long handshakeNanos;
        private long received;
        private long sent;
    }

    public MemoryDevice(String name) {
        this.name = name;
    }

    /// Makes one port look taken.
    synchronized void busyPort(int port) {
        busyPort = port;
    }

    /// Makes everything fail.
    synchronized void failWith(RuntimeException e) {
        failure = e;
    }

    /// Pretends traffic.
    synchronized void count(PublicKey key, long handshakeEpochNanos, long received, long sent) {
        MemoryPeer peer = peers.getOrDefault(key, new MemoryPeer());
        peer.handshakeNanos = handshakeEpochNanos;
        peer.received = received;
        peer.sent = sent;
    }

    /// How many transactions came.
    synchronized int updates() {
        return updates;
    }

    /// Whether [#close] was called.
    public boolean isClosed() {
        return closed;
    }

    @Override
    public String interfaceName() {
        return name;
    }

    @Override
    public synchronized void configure(DeviceUpdate update) {
        updates++;
        if (failure != null) {
            throw failure;
        }
        if (update.listenPort().orElse(-2) == busyPort) {
            throw new ConfigurationException(ConfigurationException.Reason.PORT_IN_USE, "port is taken");
        }
        update.privateKey().ifPresent(key -> privateKey = key.isZero() ? null : copy(key));
        update.listenPort().ifPresent(port -> listenPort = port);
        update.fwmark().ifPresent(mark -> fwmark = mark);
        if (update.replacePeers()) {
            peers.clear();
        }
        update.peers().forEach(this::apply);
    }

    private void apply(PeerUpdate update) {
        if (update.remove()) {
            peers.remove(update.publicKey());
            return;
        }
        if (update.updateOnly() && !peers.containsKey(update.publicKey())) {
            return;
        }
        MemoryPeer peer = peers.computeIfAbsent(update.publicKey(), key -> new MemoryPeer());
        update.presharedKey().ifPresent(key -> peer.presharedKey = key.isZero() ? null : copy(key));
        update.endpoint().ifPresent(endpoint -> peer.endpoint = endpoint);
        update.persistentKeepaliveSeconds().ifPresent(seconds -> peer.keepalive = seconds);
        if (update.replaceAllowedIps()) {
            peer.blocks.clear();
        }
        peer.blocks.removeAll(update.removeAllowedIps());
        for (Cidr block : update.addAllowedIps()) {
            peers.values().forEach(other -> other.blocks.remove(block));
            peer.blocks.add(block);
        }
    }

    @Override
    public synchronized DeviceStatus status() {
        if (failure != null) {
            throw failure;
        }
        List<PeerStatus> states = new ArrayList<>();
        peers.forEach((key, peer) -> states.add(new PeerStatus(
                key,
                Optional.ofNullable(peer.presharedKey).map(MemoryDevice::copy),
                Optional.ofNullable(peer.endpoint),
                peer.handshakeNanos,
                peer.received,
                peer.sent,
                peer.keepalive,
                List.copyOf(peer.blocks))));
        Optional<SecretKey> secret = Optional.ofNullable(privateKey).map(MemoryDevice::copy);
        return new DeviceStatus(name, secret, secret.map(MemoryDevice::publicKey), listenPort, fwmark, states);
    }

    @Override
    public StopReason awaitStop() throws InterruptedException {
        stopped.await();
        return Objects.requireNonNull(stopReason.get());
    }

    /// Makes it end for a reason of its own.
    public void stop(StopReason reason) {
        stopReason.compareAndSet(null, reason);
        stopped.countDown();
    }

    @Override
    public void close() {
        closed = true;
        stop(StopReason.CLOSED);
    }

    /// The public key of a private one.
    public static PublicKey publicKey(SecretKey secret) {
        byte[] scalar = new byte[SecretKey.BYTES];
        byte[] point = new byte[PublicKey.BYTES];
        secret.copyTo(scalar, 0);
        new X25519().publicKey(scalar, point);
        return PublicKey.of(point, 0);
    }

    private static SecretKey copy(SecretKey key) {
        byte[] bytes = new byte[SecretKey.BYTES];
        key.copyTo(bytes, 0);
        return SecretKey.copyOf(bytes, 0);
    }
}
