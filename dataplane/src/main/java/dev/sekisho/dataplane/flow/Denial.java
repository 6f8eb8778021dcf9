package dev.sekisho.dataplane.flow;

/// Why a packet that asked for a flow was refused.
public enum Denial {
    /// Default deny.
    NO_GRANT("no grant covers this destination"),
    DENY_GRANT("a deny grant covers this destination"),
    NOT_NOW("the grant for this destination is not valid at this time"),
    DECOY("the destination is a decoy"),
    UNKNOWN_USER("the device belongs to no known user"),
    PROTOCOL("only TCP, UDP and ICMP echo can be granted"),
    DEVICE_LOCKED("the device is locked"),
    CHALLENGE_DENIED("the second factor was denied"),
    CHALLENGE_EXPIRED("nobody gave the second factor in time"),
    CHALLENGE_BACKING_OFF("the second factor was refused a moment ago"),
    CHALLENGE_OPEN_ELSEWHERE("another device of the user asks for the same second factor"),
    CHALLENGES_SILENCED("too many second factors of the user were refused or missed"),
    TOO_MANY_CHALLENGES("too many second factors are asked for already"),
    HOLD_FULL("too many packets wait for a second factor already"),
    OUT_OF_STATE("the packet belongs to no flow and cannot open one"),
    UNRELATED_ERROR("the ICMP error quotes no packet of a live flow"),
    MALFORMED("the packet cannot be understood to its last header"),
    UNROUTABLE("the destination is a group, a broadcast or nobody at all"),
    SPOOFED_SOURCE("the source address is not the device's own"),
    RESET_OUT_OF_WINDOW("the reset comes from nobody who sees the connection"),
    HALF_OPEN_LIMIT("too many connections of the device wait for their handshake"),
    MOVED_TO_PROXY("the policy sends this flow to a proxy now, or no longer: it has to begin anew"),
    FRAGMENT("the fragment fits no datagram that was allowed"),
    FLOW_LIMIT("the device or the table has no room for another flow"),
    AUDIT_BACKPRESSURE("the event ring is full, so the flow could not be recorded");

    private final String sentence;

    Denial(String sentence) {
        this.sentence = sentence;
    }

    /// What to tell a person; no full stop.
    public String sentence() {
        return sentence;
    }
}
