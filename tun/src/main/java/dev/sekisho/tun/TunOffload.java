package dev.sekisho.tun;

/// What the kernel accepted for a TUN device.
///
/// @param vnetHeader frames carry a virtio header to and from the kernel
/// @param checksum frames may come with a partial checksum
/// @param tcp TCP super-packets, both families
/// @param udp UDP super-packets, both families
public record TunOffload(boolean vnetHeader, boolean checksum, boolean tcp, boolean udp) {}
