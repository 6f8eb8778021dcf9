package dev.sekisho.dataplane.flow;

/// What becomes of a packet at the [Checkpoint], now.
public enum Passage {
    /// It goes on to its destination.
    PASS,
    /// It goes to the hand-off device, where a proxy takes it.
    HAND_OFF,
    /// It goes nowhere: refused, or held until a second factor is given.
    STOP
}
