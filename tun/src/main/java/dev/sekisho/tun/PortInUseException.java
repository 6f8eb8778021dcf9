package dev.sekisho.tun;

/// The wanted UDP port belongs to somebody else.
public final class PortInUseException extends TunException {
    private static final long serialVersionUID = 1L;

    /// @param port the port, 1..65535
    public PortInUseException(int port) {
        super("UDP port " + port + " is in use: stop the program that has it, or choose another port");
    }
}
