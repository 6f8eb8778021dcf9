package dev.sekisho.control.uapi;

/// The errors that the protocol answers with, by their Linux numbers.
public enum Errno {
    OK(0),
    /// EIO: the system refused.
    IO(5),
    /// E2BIG: more lines or peers than we take.
    TOO_BIG(7),
    /// EINVAL: a key or value that isn't acceptable.
    INVALID(22),
    /// ENOANO: anything else, the number that wireguard-go uses for it.
    UNKNOWN(55),
    /// EPROTO: not the protocol's form.
    PROTOCOL(71),
    /// EADDRINUSE: the UDP port is taken.
    ADDRESS_IN_USE(98);

    private final int number;

    Errno(int number) {
        this.number = number;
    }

    /// The positive error number.
    public int number() {
        return number;
    }
}
