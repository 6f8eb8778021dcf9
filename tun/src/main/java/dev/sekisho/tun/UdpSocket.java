package dev.sekisho.tun;

/// A UDP socket for IPv4 and IPv6, bound to all local addresses of one port. Never blocks.
///
/// One thread receives. Any thread may send, each with a batch of its own.
public interface UdpSocket extends Pollable, AutoCloseable {
    int port();

    /// Whether the kernel cuts a train into datagrams. May turn false at the first train a network card refuses;
    /// sending goes on with single datagrams.
    boolean sendsSegments();

    /// Whether one received message may hold several datagrams.
    boolean receivesCoalesced();

    /// Fills the batch from its start.
    ///
    /// @return number of messages, 0 when there is none, below zero the negative error number
    int receive(ReceiveBatch batch);

    /// Sends everything in the batch and clears it. Never waits: what the kernel has no room for is dropped and
    /// counted.
    ///
    /// @return number of trains of which at least one datagram was not sent; [#errors] says why
    int send(SendBatch batch);

    /// Marks what is sent from now on; 0 = no mark.
    ///
    /// @throws TunException when the process may not set marks
    void fwmark(int mark);

    /// What was lost since the socket was opened. Any thread may ask.
    UdpErrors errors();

    /// Call it after the receiving thread has stopped and nobody sends any more. Idempotent.
    @Override
    void close();
}
