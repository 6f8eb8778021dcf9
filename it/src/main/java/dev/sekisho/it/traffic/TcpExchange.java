package dev.sekisho.it.traffic;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/// A transfer both ways at the same time over one TCP connection, each end checking every byte it receives.
///
/// The client opens with two numbers of 8 bytes (seed, count); then `count` bytes of `seed` go up and `count` bytes of
/// `seed + 1` come down. The server closes with one byte: 1 if all it got was right.
final class TcpExchange {
    private static final int CONNECT_MILLIS = 20_000;
    private static final int READ_MILLIS = 60_000;

    private TcpExchange() {}

    /// Serves until the process is ended. Prints `ready` when clients may come.
    static void serve(String address, int port, PrintStream report) throws IOException {
        try (var listener = new ServerSocket(port, 50, InetAddress.getByName(address));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            report.println("ready");
            while (true) {
                Socket socket = listener.accept();
                threads.execute(() -> serveOne(socket, report));
            }
        }
    }

    private static void serveOne(Socket socket, PrintStream report) {
        try (socket) {
            socket.setSoTimeout(READ_MILLIS);
            var in = new DataInputStream(socket.getInputStream());
            long seed = in.readLong();
            long count = in.readLong();
            CompletableFuture<Void> sending = send(socket.getOutputStream(), seed + 1, count, 0);
            long wrongAt = firstWrong(in, seed, count);
            sending.join();
            socket.getOutputStream().write(wrongAt < 0 ? 1 : 0);
        } catch (IOException e) {
            report.println("connection failed: " + e);
        }
    }

    /// Prints `ok COUNT` or what went wrong.
    ///
    /// @param bytesPerSecond paces what is sent; 0 = as fast as it goes
    /// @return whether every byte was right on both ends
    static boolean transfer(InetSocketAddress server, long count, long bytesPerSecond, PrintStream report)
            throws IOException {
        long seed = System.nanoTime();
        try (var socket = new Socket()) {
            socket.connect(server, CONNECT_MILLIS);
            socket.setSoTimeout(READ_MILLIS);
            var head = new DataOutputStream(socket.getOutputStream());
            head.writeLong(seed);
            head.writeLong(count);
            CompletableFuture<Void> sending = send(socket.getOutputStream(), seed, count, bytesPerSecond);
            var in = new DataInputStream(socket.getInputStream());
            long wrongAt = firstWrong(in, seed + 1, count);
            sending.join();
            int verdict = in.read();
            if (wrongAt >= 0 || verdict != 1) {
                report.println("wrong: received byte " + wrongAt + ", verdict of the server " + verdict);
                return false;
            }
        }
        report.println("ok " + count);
        return true;
    }

    private static CompletableFuture<Void> send(OutputStream out, long seed, long count, long bytesPerSecond) {
        return CompletableFuture.runAsync(
                () -> {
                    var bytes = new ByteStream(seed);
                    long startNanos = System.nanoTime();
                    try {
                        for (long sent = 0; sent < count; sent += ByteStream.CHUNK_BYTES) {
                            out.write(bytes.next(), 0, (int) Math.min(ByteStream.CHUNK_BYTES, count - sent));
                            pace(startNanos, sent, bytesPerSecond);
                        }
                        out.flush();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                task -> Thread.ofPlatform().daemon().start(task));
    }

    private static void pace(long startNanos, long sent, long bytesPerSecond) {
        if (bytesPerSecond > 0) {
            long dueNanos = startNanos + sent * 1_000_000_000L / bytesPerSecond;
            for (long left = dueNanos - System.nanoTime(); left > 0; left = dueNanos - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }
    }

    /// The offset of the first byte that differs, or -1.
    private static long firstWrong(InputStream in, long seed, long count) throws IOException {
        var expected = new ByteStream(seed);
        byte[] got = new byte[ByteStream.CHUNK_BYTES];
        long wrongAt = -1;
        for (long done = 0; done < count; done += ByteStream.CHUNK_BYTES) {
            int length = (int) Math.min(ByteStream.CHUNK_BYTES, count - done);
            if (in.readNBytes(got, 0, length) < length) {
                return done;
            }
            int differs = Arrays.mismatch(got, 0, length, expected.next(), 0, length);
            if (differs >= 0 && wrongAt < 0) {
                wrongAt = done + differs;
            }
        }
        return wrongAt;
    }
}
