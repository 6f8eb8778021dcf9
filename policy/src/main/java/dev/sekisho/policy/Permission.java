package dev.sekisho.policy;

/// What a person may do beyond reaching resources, by the name that people see.
public enum Permission {
    /// May scan: neither the scan detector nor a decoy locks their devices (product line I04).
    IP_SCAN("IP SCAN");

    private final String label;

    Permission(String label) {
        this.label = label;
    }

    /// The name in files, portal and API.
    public String label() {
        return label;
    }
}
