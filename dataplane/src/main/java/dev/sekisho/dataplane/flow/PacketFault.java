package dev.sekisho.dataplane.flow;

/// What is wrong with a packet that a [PacketParser] refuses. A packet that cannot be understood to the last
/// header is never forwarded: what we cannot read, the target may read otherwise.
public enum PacketFault {
    NONE("a packet that is understood"),
    BAD_IP_HEADER("neither IPv4 nor IPv6, or a length that does not fit the bytes that are there"),
    HEADER_CHECKSUM("an IPv4 header whose checksum is wrong"),
    HOP_LIMIT("a packet whose time to live or hop limit is used up"),
    BAD_SOURCE("a source that no host may send from: group, broadcast, loopback, unspecified or reserved"),
    BAD_DESTINATION("a destination that is never routed: group, broadcast, loopback or unspecified"),
    TRANSLATED_ADDRESS("an IPv6 address that stands for an IPv4 one: mapped, compatible, NAT64, 6to4 or Teredo"),
    SAME_ADDRESSES("a packet whose source is its destination"),
    SOURCE_ROUTE("a packet that names its own way or another source: source route, routing header, home address"),
    BAD_OPTION("an IP option whose length is impossible"),
    JUMBOGRAM("a packet that says to be longer than 65,535 bytes"),
    EXTENSION_CHAIN("extension headers that are too many, out of place or reach over the end"),
    AUTHENTICATION_HEADER("an IPsec authentication header in front of the transport header"),
    BAD_FRAGMENT("a fragment that is empty, not made of eights, ends beyond 65,535 or must not be one"),
    TINY_FRAGMENT("a first fragment without its whole transport header, or a later one that reaches into it"),
    BAD_TRANSPORT("a transport header that does not fit the packet"),
    BAD_FLAGS("a combination of TCP flags that no sender has a use for"),
    BAD_PORT("a port of zero"),
    ICMP_TYPE("an ICMP message that is neither echo nor error, or of the other IP version"),
    ICMP_CHECKSUM("an ICMP error whose checksum is wrong"),
    BAD_QUOTE("an ICMP error that quotes no packet of its receiver, or too little of it"),
    PATH_MTU("an ICMP error that asks for packets smaller than any link may");

    private final String sentence;

    PacketFault(String sentence) {
        this.sentence = sentence;
    }

    /// What was refused, for people.
    public String sentence() {
        return sentence;
    }
}
