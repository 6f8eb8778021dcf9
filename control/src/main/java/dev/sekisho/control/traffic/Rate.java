package dev.sekisho.control.traffic;

/// How fast a device receives and sends, in the words of the server: received is what comes from the device.
///
/// @param receivedBytesPerSecond whole datagrams from the device
/// @param sentBytesPerSecond whole datagrams to the device
public record Rate(long receivedBytesPerSecond, long sentBytesPerSecond) {
    /// Nothing moves.
    public static final Rate NONE = new Rate(0, 0);
}
