package dev.sekisho.tun;

/// A change or question to [Links] was refused. The message names the request, the kernel's own words where
/// it gave some, and the error's name.
public final class LinkException extends TunException {
    private static final long serialVersionUID = 1L;

    /// Why, as far as a caller may want to act on it.
    public enum Reason {
        /// The address, route, rule or link is there already.
        EXISTS,
        /// No such address, route, rule or link.
        MISSING,
        /// The process lacks CAP_NET_ADMIN.
        NOT_PERMITTED,
        /// Anything else; the message has the name of the error.
        OTHER
    }

    private final Reason reason;

    public LinkException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
