package dev.sekisho.control.remote;

/// The server could not be asked, or refused. The message is for people and holds no secret.
public final class RemoteException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    /// @param status the HTTP status; 0 when there was no answer
    public RemoteException(int status, String message) {
        super(message);
        this.status = status;
    }

    /// @param cause why there was no answer
    RemoteException(String message, Exception cause) {
        super(message, cause);
        this.status = 0;
    }

    /// The HTTP status; 0 when there was no answer.
    public int status() {
        return status;
    }
}
