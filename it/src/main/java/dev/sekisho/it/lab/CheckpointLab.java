package dev.sekisho.it.lab;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// A checkpoint between devices and a network, each a host of its own.
///
/// ```
///  devices (WireGuard clients)         server (sekisho up)                     network
///  198.19.0.3, fd00:198:19::3  ----    198.19.0.1, fd00:198:19::1
///  198.19.0.4, fd00:198:19::4  ----    198.18.0.1, fd00:198:18::1     ----     198.18.0.2, fd00:198:18::2
///  ...                                                                         and [#addTarget]'s
/// ```
///
/// The network knows no way to the devices; what comes from them is masqueraded once [#networkUp] has run. Closing it
/// ends everything.
public final class CheckpointLab implements AutoCloseable {
    /// The network behind the server.
    public static final String NETWORK4 = "198.18.0.0/24";

    public static final String NETWORK6 = "fd00:198:18::/64";

    private static final String ADDRESSES = "198.19.0.1/24,fd00:198:19::1/64";
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private final String launcher;
    private final Implementation client;
    private final Path folder;
    private final Netns netns;
    private final CheckpointServer server;
    private final List<CheckpointDevice> devices = new ArrayList<>();

    private CheckpointLab(String launcher, Implementation client, Path folder, Netns netns) {
        this.launcher = launcher;
        this.client = client;
        this.folder = folder;
        this.netns = netns;
        this.server = new CheckpointServer(launcher, netns.left(), folder);
    }

    /// The hosts of the server and of the network; nothing runs yet.
    ///
    /// @param launcher the path of `./sekisho`
    /// @param client what devices run
    /// @param folder for files
    public static CheckpointLab open(String launcher, Implementation client, Path folder) {
        return new CheckpointLab(launcher, client, folder, Netns.open());
    }

    public CheckpointServer server() {
        return server;
    }

    /// The server's host.
    public Namespace gateway() {
        return netns.left();
    }

    /// The host behind the server.
    public Namespace network() {
        return netns.right();
    }

    /// Gives the host behind the server a further IPv4 and IPv6 address, with this last number.
    public void addTarget(int number) {
        network().addCableAddress("198.18.0." + number + "/24");
        network().addCableAddress("fd00:198:18::" + number + "/64");
    }

    // ---- devices

    /// A device of a user with no more than the role `staff`.
    public CheckpointDevice addDevice(String user) {
        return addDevice(user, "");
    }

    /// Makes a user and the user's device, with routes into the tunnel for its network and the one behind the server.
    /// To be called before [#policy].
    public CheckpointDevice addDevice(String user, String permissions) {
        Namespace host = netns.addHost();
        WireguardPeer peer = WireguardPeer.start(host, client).identify().up(Pair.USUAL_MTU);
        connect(peer);
        host.ip("route", "add", NETWORK4, "dev", peer.name()).orThrow();
        host.ip("-6", "route", "add", NETWORK6, "dev", peer.name()).orThrow();
        var device = new CheckpointDevice(user, permissions, peer, new Authenticator(), folder);
        devices.add(device);
        return device;
    }

    /// Makes a client forget its session, which it shares with a server that is gone, and shake hands with the next
    /// packet. Left alone it would find out after 15 seconds.
    public void reconnect(CheckpointDevice device) {
        device.peer().forgetPeers();
        connect(device.peer());
    }

    private void connect(WireguardPeer peer) {
        peer.wg(
                "set",
                "peer",
                server.keys().publicKey(),
                "allowed-ips",
                "0.0.0.0/0,::/0",
                "endpoint",
                peer.namespace().neighbour4() + ":" + CheckpointServer.PORT);
    }

    // ---- the policy

    /// The policy file for these devices.
    ///
    /// @param rest everything but the keys `network`, `roles`, `users` and `devices`
    public String policy(String rest) {
        return "network: {interface: " + server.interfaceName() + ", handoffInterface: " + server.handOffInterface()
                + ", listen: " + CheckpointServer.PORT + ", addresses: [198.19.0.1/24, \"fd00:198:19::1/64\"]"
                + ", privateKeyFile: server.key, subnets: [" + NETWORK4 + ", \"" + NETWORK6 + "\"]}\n"
                + "roles: [{name: staff}]\nusers:\n"
                + devices.stream().map(CheckpointDevice::userLine).collect(Collectors.joining())
                + "devices:\n"
                + devices.stream().map(CheckpointDevice::deviceLine).collect(Collectors.joining())
                + rest;
    }

    /// Starts the server with this policy.
    public void start(String rest) {
        server.policy(policy(rest));
        server.start();
    }

    /// Puts another policy in force.
    public void reload(String rest) {
        server.reload(policy(rest));
    }

    /// `sekisho network up` for the networks of the lab, as on a real gateway.
    ///
    /// @param options more of the command's own, such as `--masquerade never`
    public void networkUp(String subnets, String... options) {
        network("up", subnets, options);
    }

    /// The opposite of [#networkUp].
    public void networkDown(String subnets) {
        network("down", subnets);
    }

    /// `sekisho network up` or `down` for what the policy file says.
    public void networkByPolicy(String verb) {
        gateway()
                .command(launcher, "network", verb, "--policy", server.file().toString())
                .run()
                .orThrow();
    }

    private void network(String verb, String subnets, String... options) {
        var words = new ArrayList<>(List.of(
                launcher,
                "network",
                verb,
                "--interface",
                server.interfaceName(),
                "--handoff-interface",
                server.handOffInterface(),
                "--addresses",
                ADDRESSES));
        if (!subnets.isEmpty()) {
            words.addAll(List.of("--subnets", subnets));
        }
        words.addAll(List.of(options));
        gateway().command(words).run().orThrow();
    }

    // ---- what goes on

    /// A machine behind the server: see `target.py`.
    public Child serve(String... portsByProtocol) {
        return Script.TARGET.serve(network(), folder, portsByProtocol);
    }

    /// The open challenges of a device.
    public List<JsonObject> challenges(CheckpointDevice device) {
        return server.list("challenges", "challenges").stream()
                .filter(of(device))
                .toList();
    }

    /// Whether the device is locked now.
    public boolean isLocked(CheckpointDevice device) {
        return state(device).get("locked").getAsBoolean();
    }

    /// Waits for the only open challenge of a device and returns its id.
    public String awaitChallenge(CheckpointDevice device) {
        Await.until(
                () -> "one challenge of " + device.name() + " is open; open are " + server.ask("challenges")
                        + "; the log ends with " + lastEvents(device),
                LIMIT,
                () -> challenges(device).size() == 1);
        return challenges(device).getFirst().get("id").getAsString();
    }

    /// `sekisho approve`, with the right code.
    public void approve(CheckpointDevice device, String challenge) {
        server.command("approve", challenge)
                .withInput(device.authenticator().nextCode() + "\n")
                .run()
                .orThrow();
    }

    /// What the flow log says of a device, by the value of `event`.
    public List<JsonObject> logged(CheckpointDevice device, String event) {
        return server.logged(
                of(device).and(line -> line.get("event").getAsString().equals(event)));
    }

    /// Waits for the first line of the flow log of this kind that mentions `text`.
    public JsonObject awaitLogged(CheckpointDevice device, String event, String text) {
        Await.until(
                () -> "the flow log has a " + event + " of " + device.name() + " with " + text + "; it ends with "
                        + lastEvents(device),
                LIMIT,
                () -> logged(device, event).stream()
                        .anyMatch(line -> line.toString().contains(text)));
        return logged(device, event).stream()
                .filter(line -> line.toString().contains(text))
                .findFirst()
                .orElseThrow();
    }

    /// The last lines of the flow log about a device, for messages.
    public List<JsonObject> lastEvents(CheckpointDevice device) {
        List<JsonObject> all = server.logged(of(device));
        return all.subList(Math.max(0, all.size() - 5), all.size());
    }

    /// The object of `sekisho devices` about this one.
    public JsonObject state(CheckpointDevice device) {
        return server.list("devices", "devices").stream()
                .filter(of(device))
                .findFirst()
                .orElseThrow();
    }

    private static Predicate<JsonObject> of(CheckpointDevice device) {
        return json -> json.has("device") && json.get("device").getAsString().equals(device.name());
    }

    @Override
    public void close() {
        server.close();
        devices.forEach(device -> device.peer().close());
        netns.close();
    }
}
