package dev.sekisho.it.lab;

import java.util.ArrayList;
import java.util.List;

/// One network namespace: a host of its own. Made by [Netns]; commands run inside it by `ip netns exec`.
///
/// @param name its name, also that of the tunnel interface inside it
/// @param side which end of the cable it is
/// @param cable 0 for the one that every lab has, else that of a further host
public record Namespace(String name, Side side, int cable) {
    /// The end of the cable. Decides the addresses on it: the left host has number 1, the right host number 2.
    public enum Side {
        LEFT(1),
        RIGHT(2);

        final int host;

        Side(int host) {
            this.host = host;
        }
    }

    /// The name of the cable's end inside the namespace.
    public static final String CABLE = "v0";

    /// Address on the cable, e.g. 198.18.0.1.
    public String outer4() {
        return "198.18." + cable + "." + side.host;
    }

    public String outer6() {
        return "fd00:198:18:" + (cable == 0 ? "" : cable + ":") + ":" + side.host;
    }

    /// The address of the cable's other end.
    public String neighbour4() {
        return "198.18." + cable + "." + (Side.LEFT.host + Side.RIGHT.host - side.host);
    }

    /// Address in the tunnel, e.g. 198.19.0.1. Further hosts have number 3 and up.
    public String inner4() {
        return "198.19.0." + number();
    }

    public String inner6() {
        return "fd00:198:19::" + number();
    }

    private int number() {
        return cable == 0 ? side.host : cable + Side.RIGHT.host;
    }

    /// The command that runs `words` in here.
    public Command command(String... words) {
        return command(List.of(words));
    }

    public Command command(List<String> words) {
        var line = new ArrayList<>(List.of("ip", "netns", "exec", name));
        line.addAll(words);
        return Command.of(line);
    }

    /// Runs `words` in here; a failure is the lab's.
    public Outcome run(String... words) {
        return command(words).run().orThrow();
    }

    public Outcome ip(String... words) {
        var line = new ArrayList<>(List.of("ip", "-n", name));
        line.addAll(List.of(words));
        return Command.of(line).run();
    }

    public boolean hasInterface(String interfaceName) {
        return ip("link", "show", "dev", interfaceName).succeeded();
    }

    /// Adds a further address to the cable, e.g. `198.18.0.12/24`.
    public void addCableAddress(String addressAndPrefix) {
        addAddress(CABLE, addressAndPrefix);
    }

    public void removeCableAddress(String addressAndPrefix) {
        ip("addr", "del", addressAndPrefix, "dev", CABLE).orThrow();
    }

    /// IPv6 addresses are usable at once: nobody else can own them here, so duplicate detection is left out.
    public void addAddress(String interfaceName, String addressAndPrefix) {
        var words = new ArrayList<>(List.of("addr", "add", addressAndPrefix, "dev", interfaceName));
        if (addressAndPrefix.contains(":")) {
            words.add("nodad");
        }
        ip(words.toArray(String[]::new)).orThrow();
    }
}
