package dev.sekisho.policy;

import java.util.Objects;

/// TCP flows to these ports of a resource go to a proxy instead of the target (product line M07). Immutable.
///
/// @param resource whose flows
/// @param ports which of its ports
public record HandOff(ResourceId resource, PortSet ports) {
    public HandOff {
        Objects.requireNonNull(resource, "resource");
        Objects.requireNonNull(ports, "ports");
    }
}
