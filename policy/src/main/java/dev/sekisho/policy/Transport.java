package dev.sekisho.policy;

import java.util.Locale;

/// Which transport protocols a resource opens. ICMP echo is not among them: it goes by port 0, see
/// [PortSet].
public enum Transport {
    TCP,
    UDP,
    BOTH;

    /// Reads `tcp`, `udp` or `both`; capitals don't matter.
    ///
    /// @throws IllegalArgumentException with a sentence that says what is possible
    public static Transport parse(String text) {
        for (Transport transport : values()) {
            if (transport.name().equalsIgnoreCase(text)) {
                return transport;
            }
        }
        throw new IllegalArgumentException("'" + text + "' is no protocol: write tcp, udp or both");
    }

    /// Whether TCP is opened.
    public boolean includesTcp() {
        return this != UDP;
    }

    /// Whether UDP is opened.
    public boolean includesUdp() {
        return this != TCP;
    }

    /// `tcp`, `udp` or `both`.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
