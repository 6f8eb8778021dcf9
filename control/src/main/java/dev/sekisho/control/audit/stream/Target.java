package dev.sekisho.control.audit.stream;

/// Where a stream goes. Immutable.
public sealed interface Target {
    /// A syslog receiver (RFC 5424).
    ///
    /// @param host name or address
    /// @param port 1 to 65535
    record Syslog(String host, int port, Transport transport) implements Target {
        public Syslog {
            if (!host.matches("[A-Za-z0-9._:-]{1,253}") || port < 1 || port > 65_535) {
                throw new IllegalArgumentException("a syslog receiver is a host name or address and a port");
            }
        }
    }

    /// A file in the folder `audit` of the state directory.
    ///
    /// @param name without folders
    record File(String name) implements Target {
        public File {
            if (!name.matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,80}")) {
                throw new IllegalArgumentException("a file name is letters, digits, dots, dashes and underscores");
            }
        }
    }

    /// How syslog messages travel.
    enum Transport {
        /// One datagram each; nobody knows whether it arrives.
        UDP,
        /// With the length before each message (RFC 6587).
        TCP,
        /// The same in TLS, the receiver's certificate checked against its name and the JDK's authorities (RFC 5425).
        TLS
    }
}
