package dev.sekisho.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.sekisho.it.lab.Authenticator;
import dev.sekisho.it.lab.Command;
import dev.sekisho.it.lab.Netns;
import dev.sekisho.it.lab.PortalServer;
import dev.sekisho.it.lab.WireguardPeer;
import java.time.Duration;

/// A server with its control plane, a machine behind it and a stock client before it. Owner: one test.
///
/// @param net left the server, right the machine
/// @param server started
/// @param laptop started, on a further host
record ControlPlaneSite(Netns net, PortalServer server, WireguardPeer laptop) {
    private static final int PORT = 51871;

    /// The name of the tunnel's interface.
    String tunnel() {
        return net.left().name();
    }

    /// Says what the network is; before, the interface has its shipped name.
    void settings() {
        server.asRoot("sekisho0", "PUT", "/network/settings", """
                {"enabled": true, "interface": "%s", "listenPort": %d, "addresses": ["198.19.0.1/24"], "mtu": 1420,
                 "exposedSubnets": ["198.18.0.0/24"], "mfa": {"inactivitySeconds": 900, "timeoutSeconds": 180},
                 "scan": {"threshold": 25, "windowSeconds": 600}, "enrollmentRoles": [], "maxOwnDevices": 3,
                 "pendingDevices": false}""".formatted(tunnel(), PORT))
                .orThrow();
    }

    /// Makes something as the host's administrator.
    void post(String path, String body) {
        server.asRoot(tunnel(), "POST", path, body).orThrow();
    }

    /// Somebody who has chosen a password and has an authenticator app.
    Authenticator person(String name) {
        String first = "the-first-one-is-temporary";
        String lasting = "seven-lanterns-on-a-mountain-road";
        post("/users", """
                {"name": "%s", "password": "%s"}""".formatted(name, first));
        server.as(name, "POST", "/login", """
                {"user": "%s", "password": "%s"}""".formatted(name, first)).orThrow();
        server.as(name, "POST", "/session/password", """
                {"current": "%s", "next": "%s"}""".formatted(first, lasting))
                .orThrow();
        JsonObject app = server.as(name, "POST", "/me/factors/totp", """
                {"name": "phone"}""").orThrow();
        Authenticator phone = Authenticator.of(app.get("secret").getAsString());
        server.as(name, "POST", "/me/factors/totp/" + app.get("id").getAsString() + "/confirm", """
                {"code": "%s"}""".formatted(
                                phone.nextCode()))
                .orThrow();
        return phone;
    }

    /// The client becomes a user's device.
    void laptopOf(String user) {
        post("/devices", """
                {"user": "%s", "name": "laptop", "publicKey": "%s", "addresses": ["%s"]}""".formatted(
                        user, laptop.keys().publicKey(), laptop.namespace().inner4()));
    }

    /// TCP port 8000 of an address, granted to a user who has to approve it.
    void resource(String name, String address, String user) {
        post("/resources", """
                {"name": "%s", "cidr": "%s", "ports": "8000", "protocol": "tcp", "decoy": false}""".formatted(name, address));
        post("/grants", """
                {"resource": "%s", "to": "user:%s", "deny": false, "mfa": true}""".formatted(name, user));
    }

    /// Lets the client in.
    void connect() {
        String key = Command.of(Subject.launcher(), "show", tunnel(), "public-key")
                .run()
                .orThrow()
                .out()
                .strip();
        String endpoint = laptop.namespace().neighbour4() + ":" + PORT;
        laptop.wg("set", "peer", key, "allowed-ips", "0.0.0.0/0", "endpoint", endpoint);
        laptop.namespace()
                .ip("route", "add", "198.18.0.0/24", "dev", laptop.name())
                .orThrow();
    }

    /// The server becomes a gateway, and the machine behind it knows the way back.
    void route() {
        assertThat(net.left().hasInterface(tunnel())).isTrue();
        net.right()
                .ip("route", "add", "198.19.0.0/24", "via", net.left().outer4())
                .orThrow();
        net.left().run("sysctl", "-qw", "net.ipv4.ip_forward=1").orThrow();
    }

    /// Asks for the page of [#resource] from the client.
    Command curl(int seconds) {
        return laptop.namespace()
                .command("curl", "-gsS", "--max-time", String.valueOf(seconds), "http://198.18.0.2:8000/")
                .withLimit(Duration.ofMinutes(2));
    }

    /// What waits for somebody's answer.
    JsonArray open(String user) {
        return server.as(user, "GET", "/challenges?state=open", "").orThrow().getAsJsonArray("items");
    }
}
