package dev.sekisho.it.lab;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// One running implementation inside a namespace, spoken to by Debian's `wg` and `ip` like any other.
public final class WireguardPeer implements AutoCloseable {
    public static final int PORT = 51820;
    private static final Path UAPI_FOLDER = Path.of("/var/run/wireguard");
    /// A cold start of the JVM with its known-answer tests, on a busy machine.
    private static final Duration START_LIMIT = Duration.ofSeconds(40);

    private final Namespace namespace;
    private final Implementation implementation;
    private final Keys keys = Keys.generate();
    private Child process;

    private WireguardPeer(Namespace namespace, Implementation implementation) {
        this.namespace = namespace;
        this.implementation = implementation;
        this.process = launch();
    }

    /// Starts the implementation and waits until it is up.
    public static WireguardPeer start(Namespace namespace, Implementation implementation) {
        return launch(namespace, implementation).awaitUp();
    }

    /// Starts the implementation; [#awaitUp] comes next.
    static WireguardPeer launch(Namespace namespace, Implementation implementation) {
        return new WireguardPeer(namespace, implementation);
    }

    private Child launch() {
        return namespace.command(implementation.words(name())).start();
    }

    /// Waits until the interface and the configuration socket exist.
    ///
    /// @throws LabException with what it printed, when it ends or stays silent instead
    public WireguardPeer awaitUp() {
        boolean up = Await.holdsWithin(
                START_LIMIT, () -> !process.isAlive() || (isListening() && namespace.hasInterface(name())));
        if (!up || !process.isAlive()) {
            String said = process.output();
            process.close();
            throw new LabException(implementation + " did not come up on " + name() + ": " + said);
        }
        return this;
    }

    /// Whether somebody answers at the configuration socket. Not asked through `wg`, which removes a socket that
    /// refuses it.
    private boolean isListening() {
        try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /// Starts it again after [#kill] or [#terminate]; its configuration is gone.
    public void restart() {
        process.close();
        process = launch();
        awaitUp();
    }

    public String name() {
        return namespace.name();
    }

    public Namespace namespace() {
        return namespace;
    }

    public Implementation implementation() {
        return implementation;
    }

    public Keys keys() {
        return keys;
    }

    public Child process() {
        return process;
    }

    /// The configuration socket.
    public Path socket() {
        return UAPI_FOLDER.resolve(name() + ".sock");
    }

    /// `wg VERB NAME words...`, whatever comes of it.
    public Outcome tryWg(String verb, String... words) {
        return tryWg("", verb, words);
    }

    /// As [#tryWg(String, String...)] with standard input, which `wg` reads as /dev/stdin.
    public Outcome tryWg(String input, String verb, String[] words) {
        var line = new ArrayList<>(List.of("wg", verb, name()));
        line.addAll(List.of(words));
        return namespace.command(line).withInput(input).run();
    }

    /// `wg VERB NAME words...`, which must succeed.
    public String wg(String verb, String... words) {
        return tryWg(verb, words).orThrow().out();
    }

    /// `wg set NAME words... private-key`: our key and the port.
    public WireguardPeer identify() {
        return identify(PORT);
    }

    public WireguardPeer identify(int port) {
        tryWg(keys.privateKey(), "set", new String[] {"listen-port", Integer.toString(port), "private-key", "/dev/stdin"
                })
                .orThrow();
        return this;
    }

    /// Gives the interface its two addresses and its MTU and takes it up.
    public WireguardPeer up(int mtu) {
        namespace.addAddress(name(), namespace.inner4() + "/24");
        namespace.ip("link", "set", name(), "mtu", Integer.toString(mtu), "up").orThrow();
        if (mtu >= 1280) {
            namespace.addAddress(name(), namespace.inner6() + "/64");
        }
        return this;
    }

    public void mtu(int mtu) {
        namespace.ip("link", "set", name(), "mtu", Integer.toString(mtu)).orThrow();
    }

    /// Makes `other` a peer that may use its two tunnel addresses, without an endpoint: it must call first.
    public void accept(WireguardPeer other) {
        wg("set", "peer", other.keys.publicKey(), "allowed-ips", other.allowedIps());
    }

    /// As [#accept], and knows where to find it, e.g. at `198.18.0.2:51820`.
    public void call(WireguardPeer other, String endpoint) {
        wg("set", "peer", other.keys.publicKey(), "allowed-ips", other.allowedIps(), "endpoint", endpoint);
    }

    /// Forgets every peer.
    public void forgetPeers() {
        peers().forEach(peer -> wg("set", "peer", peer.publicKey(), "remove"));
    }

    public void presharedKey(WireguardPeer other, String key) {
        tryWg(key, "set", new String[] {"peer", other.keys.publicKey(), "preshared-key", "/dev/stdin"})
                .orThrow();
    }

    public String allowedIps() {
        return namespace.inner4() + "/32," + namespace.inner6() + "/128";
    }

    public String endpoint4() {
        return namespace.outer4() + ":" + PORT;
    }

    public String endpoint6() {
        return "[" + namespace.outer6() + "]:" + PORT;
    }

    public List<PeerState> peers() {
        return PeerState.parse(wg("show", "dump"));
    }

    /// What this side knows of `other`.
    public PeerState stateOf(WireguardPeer other) {
        return peers().stream()
                .filter(peer -> peer.publicKey().equals(other.keys.publicKey()))
                .findFirst()
                .orElseThrow(() -> new LabException(name() + " has no such peer"));
    }

    public Outcome terminate() {
        return process.terminate();
    }

    public Outcome kill() {
        return process.kill();
    }

    @Override
    public void close() {
        process.close();
    }

    @Override
    public String toString() {
        return implementation + " on " + name();
    }
}
