package dev.sekisho.dataplane.flow;

/// Why a flow ended.
public enum CloseReason {
    /// TCP: both sides sent FIN and had it acknowledged.
    FINISHED("both sides finished"),
    /// TCP: a valid RST.
    RESET("one side reset the connection"),
    /// No packet for as long as its protocol and state may be quiet.
    IDLE("no packet for too long"),
    /// The policy changed and no longer allows the flow.
    REVOKED("the policy no longer allows it"),
    /// The time came at which the grant ends or pauses.
    VALIDITY_ENDED("the validity of the grant ended"),
    /// The second factor is no longer fresh.
    MFA_ENDED("the second factor is no longer fresh"),
    DEVICE_LOCKED("the device was locked"),
    DEVICE_REMOVED("the device was removed"),
    /// The table was full and a device with fewer flows needed the place.
    EVICTED("another device needed the place"),
    SHUTDOWN("the data plane stopped");

    private final String sentence;

    CloseReason(String sentence) {
        this.sentence = sentence;
    }

    /// What to tell a person; no full stop.
    public String sentence() {
        return sentence;
    }
}
