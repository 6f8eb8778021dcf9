package dev.sekisho.it.lab;

import java.nio.file.Path;
import java.util.List;

/// A WireGuard implementation as a command: stays in the foreground, makes the tunnel interface `%i`, serves the
/// configuration socket `/var/run/wireguard/%i.sock`, and needs nothing else. Everything else is told to it by `wg`.
///
/// @param name how reports call it
/// @param command the command line, `%i` stands for the interface name; words are parted by blanks
public record Implementation(String name, String command) {
    /// Our own drop-in for wireguard-go.
    ///
    /// @param home the folder of the launchers
    public static Implementation sekisho(Path home) {
        return new Implementation("sekisho", home.resolve("sekisho-wg") + " -f %i");
    }

    public List<String> words(String interfaceName) {
        return List.of(command.replace("%i", interfaceName).split(" +", -1));
    }

    @Override
    public String toString() {
        return name;
    }
}
