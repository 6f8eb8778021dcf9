package dev.sekisho.dataplane.flow;

/// The bits of [FlowRecords#flags] and [FlowRecords#state] as the checkpoint uses them.
final class FlowFlags {
    // ---- flags: what was decided

    /// A network behind the server opened the flow, not the device.
    static final int FROM_NETWORK = 1;
    /// Its grant asks for a second factor.
    static final int MFA = 1 << 1;
    /// The second factor counts for one port only.
    static final int PER_PORT = 1 << 2;
    /// It goes to the hand-off device.
    static final int HANDED_OFF = 1 << 3;

    // ---- state: what was seen

    /// The side that did not open it has answered.
    static final int ANSWERED = 1;
    /// TCP: the opening side has acknowledged the answer.
    static final int CONFIRMED = 1 << 1;
    /// TCP: the device has sent FIN.
    static final int FIN_DEVICE = 1 << 2;
    /// TCP: the target has sent FIN.
    static final int FIN_TARGET = 1 << 3;
    /// That nobody answered was told to the scan detector.
    static final int IN_VAIN = 1 << 4;
    /// TCP: an acknowledgment of the device was seen, so the target's sequence numbers are known.
    static final int TARGET_KNOWN = 1 << 5;
    /// It has ended and is recorded; the place is kept for what is still on its way.
    static final int OVER = 1 << 6;

    static final int BOTH_FIN = FIN_DEVICE | FIN_TARGET;

    private FlowFlags() {}
}
