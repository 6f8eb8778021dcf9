package dev.sekisho.control.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.zip.CRC32C;

/// The file that travels: made, served and fetched. Checked by CRC-32C, which costs the processor nothing worth
/// measuring.
final class DemoFile {
    /// Port of the file server.
    static final int PORT = 8080;

    private static final int BLOCK_BYTES = 1 << 20;
    private static final int CHUNK_BYTES = 256 << 10;

    /// What arrived.
    ///
    /// @param bytes how much
    /// @param nanos from request to last byte
    /// @param crc CRC-32C of it
    record Fetched(long bytes, long nanos, long crc) {}

    private DemoFile() {}

    /// Writes `mebibytes` MiB of noise, no two blocks alike.
    ///
    /// @return CRC-32C of the file
    static long write(Path file, int mebibytes) throws IOException {
        byte[] block = new byte[BLOCK_BYTES];
        new Random(mebibytes).nextBytes(block);
        CRC32C crc = new CRC32C();
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < mebibytes; i++) {
                block[i % BLOCK_BYTES]++;
                crc.update(block);
                out.write(block);
            }
        }
        return crc.getValue();
    }

    /// Serves the file to whoever asks for anything.
    static HttpServer serve(Path file, String address) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(address, PORT), 0);
        server.setExecutor(Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("http").daemon().factory()));
        server.createContext("/", exchange -> answer(exchange, file));
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange, Path file) throws IOException {
        try (exchange;
                InputStream in = Files.newInputStream(file)) {
            exchange.sendResponseHeaders(200, Files.size(file));
            copy(in, exchange.getResponseBody(), new CRC32C());
        }
    }

    /// Fetches the file from the server at `address`.
    static Fetched fetch(String address) throws IOException {
        long start = System.nanoTime();
        URLConnection connection =
                URI.create("http://" + address + ":" + PORT + "/file").toURL().openConnection();
        connection.setConnectTimeout(10_000);
        connection.setReadTimeout(30_000);
        CRC32C crc = new CRC32C();
        try (InputStream in = connection.getInputStream()) {
            long bytes = copy(in, OutputStream.nullOutputStream(), crc);
            return new Fetched(bytes, System.nanoTime() - start, crc.getValue());
        }
    }

    private static long copy(InputStream in, OutputStream out, CRC32C crc) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        long total = 0;
        for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
            crc.update(chunk, 0, count);
            out.write(chunk, 0, count);
            total += count;
        }
        return total;
    }
}
