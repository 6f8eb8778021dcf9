package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.wire.Ip6ExtensionView;
import dev.sekisho.dataplane.wire.Ip6View;
import java.lang.foreign.MemorySegment;

/// The way from an IPv6 header to its transport header, every header in between checked. A register that is
/// filled anew by [#walk]; owner: one parser.
///
/// Source: RFC 8200 section 4, RFC 5095 (no routing header of type 0), RFC 2675 (jumbograms).
final class ExtensionHeaders {
    /// What the last header announces: a transport protocol, or behind a later fragment anything.
    int protocol;
    /// From the start of the packet to what follows the last header.
    int distance;
    /// From the start of the packet to the fragment header, 0 = there is none.
    int fragmentHeader;

    /// Walks the headers of the packet at `packet`, of which `availableBytes` are there. Behind the header of a
    /// later fragment the walk ends, as data follows.
    PacketFault walk(MemorySegment memory, long packet, int availableBytes) {
        protocol = Ip6View.nextHeader(memory, packet);
        distance = Ip6View.HEADER_BYTES;
        fragmentHeader = 0;
        int walked = 0;
        while (Ip6ExtensionView.isExtension(protocol)) {
            if (walked++ == Ip6View.MAX_EXTENSION_HEADERS
                    || !Ip6ExtensionView.check(memory, packet + distance, availableBytes - distance, protocol)) {
                return PacketFault.EXTENSION_CHAIN;
            }
            long header = packet + distance;
            PacketFault fault = check(memory, header);
            if (fault != PacketFault.NONE) {
                return fault;
            }
            boolean later =
                    protocol == Ip6ExtensionView.FRAGMENT && Ip6ExtensionView.fragmentOffset(memory, header) != 0;
            distance += Ip6ExtensionView.headerBytes(memory, header, protocol);
            protocol = Ip6ExtensionView.nextHeader(memory, header);
            if (later) {
                return PacketFault.NONE;
            }
        }
        return PacketFault.NONE;
    }

    private PacketFault check(MemorySegment memory, long header) {
        return switch (protocol) {
            // Anywhere else it is not the first, or not the only one.
            case Ip6ExtensionView.HOP_BY_HOP ->
                distance == Ip6View.HEADER_BYTES ? options(memory, header) : PacketFault.EXTENSION_CHAIN;
            case Ip6ExtensionView.ROUTING ->
                Ip6ExtensionView.routingType(memory, header) == 0 || Ip6ExtensionView.segmentsLeft(memory, header) != 0
                        ? PacketFault.SOURCE_ROUTE
                        : PacketFault.NONE;
            case Ip6ExtensionView.FRAGMENT -> {
                boolean second = fragmentHeader != 0;
                fragmentHeader = distance;
                yield second ? PacketFault.EXTENSION_CHAIN : PacketFault.NONE;
            }
            default -> options(memory, header);
        };
    }

    private PacketFault options(MemorySegment memory, long header) {
        int options = Ip6ExtensionView.headerBytes(memory, header, protocol) - Ip6ExtensionView.OPTIONS_OFFSET;
        return Options.check6(memory, header + Ip6ExtensionView.OPTIONS_OFFSET, options);
    }
}
