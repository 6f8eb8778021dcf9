package dev.sekisho.dataplane.run;

/// A change that cannot be applied. The message is a sentence for the person who asked for it and holds no secret.
public final class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// What kind of trouble it is, for callers that answer in error numbers.
    public enum Reason {
        /// A value is not acceptable.
        INVALID,
        /// The UDP port is taken.
        PORT_IN_USE,
        /// The operating system refused.
        REFUSED,
        /// A limit of the data plane is reached.
        TOO_MANY
    }

    private final Reason reason;

    /// @param reason kind of trouble
    /// @param message a sentence without secrets
    public ConfigurationException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /// Kind of trouble.
    public Reason reason() {
        return reason;
    }
}
