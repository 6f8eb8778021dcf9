package dev.sekisho.dataplane.run;

/// A WireGuard interface that can be configured and asked. Thread-safe.
public interface Device {
    /// Name of the network interface.
    String interfaceName();

    /// Applies one transaction: everything or, where an exception says so, nothing.
    ///
    /// @throws ConfigurationException when a value cannot be applied; the message says which and why
    void configure(DeviceUpdate update);

    /// What is configured and what was counted, at this moment.
    DeviceStatus status();
}
