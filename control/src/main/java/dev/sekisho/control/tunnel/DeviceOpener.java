package dev.sekisho.control.tunnel;

/// Makes the network interface and the data plane behind it.
@FunctionalInterface
public interface DeviceOpener {
    /// Opens an unconfigured device whose link is still down.
    ///
    /// @param interfaceName name of the new interface
    /// @param mtu largest inner packet in bytes
    OpenDevice open(String interfaceName, int mtu);
}
