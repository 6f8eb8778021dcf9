package dev.sekisho.control.tunnel;

import dev.sekisho.crypto.SecretKey;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// The `[Interface]` part of a file.
///
/// @param privateKey the interface's key; absent when a hook sets it later
/// @param listenPort 0..65535, 0 or absent = any
/// @param fwmark mark of the tunnel's own datagrams, 0 = none
/// @param addresses addresses of the interface
/// @param dnsServers name servers while the tunnel is up
/// @param dnsSearch search domains while the tunnel is up
/// @param mtu largest packet in bytes; absent = chosen by the path to the peers
/// @param table where routes go; absent means [RouteTable.Auto]
/// @param hooks shell lines
/// @param saveConfig whether the file is rewritten from the live state at the end
public record InterfaceSection(
        Optional<SecretKey> privateKey,
        OptionalInt listenPort,
        OptionalInt fwmark,
        List<InterfaceAddress> addresses,
        List<InetAddress> dnsServers,
        List<String> dnsSearch,
        OptionalInt mtu,
        Optional<RouteTable> table,
        Hooks hooks,
        boolean saveConfig) {
    public InterfaceSection {
        addresses = List.copyOf(addresses);
        dnsServers = List.copyOf(dnsServers);
        dnsSearch = List.copyOf(dnsSearch);
    }
}
