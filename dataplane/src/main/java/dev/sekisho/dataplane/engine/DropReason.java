package dev.sekisho.dataplane.engine;

/// Why a packet went no further. Each reason has one counter in [DropCounters].
public enum DropReason {
    MALFORMED_MESSAGE("a datagram that is no message of the protocol: unknown type, reserved bits or wrong length"),
    UNKNOWN_INDEX("a transport message for an index that nobody here has, or no longer"),
    EXPIRED_KEY("a transport message under a key that is too old or has seen too many messages"),
    NOT_AUTHENTIC("a transport message whose tag is wrong"),
    REPLAYED("a transport message whose counter was seen before or is too far behind"),
    MALFORMED_INNER("an authentic message whose content is no complete IP packet"),
    SPOOFED_SOURCE("an authentic inner packet from an address that its peer does not own"),
    MALFORMED_FRAME("a frame from the TUN that is no complete IP packet"),
    NO_PEER("a frame from the TUN to an address that no peer owns"),
    NO_ENDPOINT("a frame from the TUN to a peer whose place is not known"),
    TOO_LARGE("a frame from the TUN with a packet too large for one datagram"),
    STAGING_FULL("a frame that waited for a key and was pushed out by later ones"),
    NO_SESSION("a frame that waited for a key until the handshake was given up or the peer was removed"),
    COUNTER_EXHAUSTED("a segment behind the last message that its key may seal");

    private final String sentence;

    DropReason(String sentence) {
        this.sentence = sentence;
    }

    /// What was dropped, for people.
    public String sentence() {
        return sentence;
    }
}
