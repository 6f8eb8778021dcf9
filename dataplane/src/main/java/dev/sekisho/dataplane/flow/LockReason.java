package dev.sekisho.dataplane.flow;

/// Why a device was locked.
public enum LockReason {
    /// It tried more destinations in vain than the rules allow.
    SCAN("it scanned"),
    /// It touched a decoy.
    DECOY("it touched a decoy"),
    /// An administrator said so.
    ADMIN("an administrator locked it"),
    /// Its user was asked for a second factor and said that it was not them.
    REPORTED("its user reported it");

    private final String sentence;

    LockReason(String sentence) {
        this.sentence = sentence;
    }

    /// What to tell a person; no full stop.
    public String sentence() {
        return sentence;
    }
}
