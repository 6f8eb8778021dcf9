package dev.sekisho.tun;

/// How to open a UDP socket.
///
/// @param port local port, 0 = the kernel chooses
/// @param reusePort several sockets share the port; the kernel spreads the senders over them
/// @param receiveBufferBytes wanted size of the kernel's receive buffer, 0 = the kernel's default
/// @param sendBufferBytes wanted size of the kernel's send buffer, 0 = the kernel's default
/// @param fwmark mark on outgoing packets for routing rules, 0 = none
public record UdpOptions(int port, boolean reusePort, int receiveBufferBytes, int sendBufferBytes, int fwmark) {
    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException when the port or a size is out of range
    public UdpOptions {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is not in 0..65535");
        }
        if (receiveBufferBytes < 0 || sendBufferBytes < 0) {
            throw new IllegalArgumentException("a buffer size is below zero");
        }
    }

    /// A socket on `port` with the kernel's defaults.
    public static UdpOptions port(int port) {
        return new UdpOptions(port, false, 0, 0, 0);
    }
}
