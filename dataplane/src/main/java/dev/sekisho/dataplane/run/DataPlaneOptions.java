package dev.sekisho.dataplane.run;

/// What is decided before a data plane starts.
///
/// @param interfaceName name of the TUN device to create, 1..15 bytes
/// @param mtu largest inner packet in bytes, 576..65,535
/// @param workers threads that move packets, each with a TUN queue and a socket of its own, 1..[#MAX_WORKERS]
/// @param handshakeThreads threads that do public-key work, 1..[#MAX_HANDSHAKE_THREADS]
public record DataPlaneOptions(String interfaceName, int mtu, int workers, int handshakeThreads) {
    /// Default MTU: what fits into 1,500 bytes with IPv6 outside.
    public static final int DEFAULT_MTU = 1420;

    /// Most workers.
    public static final int MAX_WORKERS = 16;

    /// Most handshake threads.
    public static final int MAX_HANDSHAKE_THREADS = 16;

    private static final int MIN_MTU = 576;
    private static final int MAX_MTU = 65_535;

    /// @throws IllegalArgumentException when a number is out of range
    public DataPlaneOptions {
        requireWithin("MTU", mtu, MIN_MTU, MAX_MTU);
        requireWithin("number of workers", workers, 1, MAX_WORKERS);
        requireWithin("number of handshake threads", handshakeThreads, 1, MAX_HANDSHAKE_THREADS);
    }

    /// The defaults for this machine: one worker (see `docs/adr/0001-threads.md`), a handshake thread per processor up
    /// to four.
    public static DataPlaneOptions of(String interfaceName) {
        int processors = Runtime.getRuntime().availableProcessors();
        return new DataPlaneOptions(interfaceName, DEFAULT_MTU, 1, Math.clamp(processors, 1, 4));
    }

    /// The same with another MTU.
    public DataPlaneOptions withMtu(int newMtu) {
        return new DataPlaneOptions(interfaceName, newMtu, workers, handshakeThreads);
    }

    /// The same with another number of workers.
    public DataPlaneOptions withWorkers(int newWorkers) {
        return new DataPlaneOptions(interfaceName, mtu, newWorkers, handshakeThreads);
    }

    private static void requireWithin(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "the " + what + " must lie in " + least + ".." + most + ", not " + value);
        }
    }
}
