package dev.sekisho.it.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A device of one user behind a [CheckpointServer]: a host of its own with a stock WireGuard client.
///
/// @param user the owner's name; the device is called [#name]
/// @param permissions of the owner, as the policy file takes them; may be empty
/// @param peer the client
/// @param authenticator the owner's
/// @param folder for its programs
public record CheckpointDevice(
        String user, String permissions, WireguardPeer peer, Authenticator authenticator, Path folder) {
    private static final int CURL_SECONDS = 60;

    public String name() {
        return user + "-laptop";
    }

    public Namespace namespace() {
        return peer.namespace();
    }

    /// The command of `curl` that fetches a page from an address (IPv6 in brackets) and port.
    public Command curl(String address, int port, String... options) {
        var line = new ArrayList<>(List.of("curl", "-gsS", "--max-time", Integer.toString(CURL_SECONDS)));
        line.addAll(List.of(options));
        line.add("http://" + address + ":" + port + "/");
        return namespace()
                .command(line)
                .withLimit(Duration.ofSeconds(CURL_SECONDS).multipliedBy(2));
    }

    /// What became of one datagram: `answered`, the name of the socket's error, or `silence`.
    public String udp(String address, int port) {
        return udp(address, port, 20);
    }

    /// As [#udp(String, int)] when silence is what is expected.
    public String udp(String address, int port, int seconds) {
        return Script.PROBE
                .in(namespace(), folder, "udp", address, Integer.toString(port), Integer.toString(seconds))
                .run()
                .orThrow()
                .out()
                .strip();
    }

    /// Its line in the policy file's `users`.
    String userLine() {
        return "  - {name: " + user + ", roles: [staff], totp: " + authenticator.base32() + ", permissions: ["
                + permissions + "]}\n";
    }

    /// Its line in the policy file's `devices`.
    String deviceLine() {
        return "  - {name: " + name() + ", user: " + user + ", publicKey: \""
                + peer.keys().publicKey() + "\", addresses: [" + namespace().inner4() + ", \""
                + namespace().inner6() + "\"]}\n";
    }
}
