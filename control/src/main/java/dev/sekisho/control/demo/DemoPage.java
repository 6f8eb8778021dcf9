package dev.sekisho.control.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/// The page behind a second factor: served, and fetched over one connection.
///
/// The page names the address and port that the request came from, so the client sees that what arrived
/// belongs to the very connection that it opened, however long that took.
final class DemoPage {
    /// Port of the web server.
    static final int PORT = 80;

    private static final int CONNECT_MILLIS = 45_000;
    private static final int READ_MILLIS = 10_000;
    private static final int MAX_BYTES = 64 << 10;
    private static final String REQUEST =
            "GET / HTTP/1.1\r\nHost: " + DemoNetwork.TARGET + "\r\nConnection: close\r\n\r\n";

    /// What arrived.
    ///
    /// @param nanos from the first packet to the last byte
    /// @param bytes length of the answer
    /// @param sameConnection whether it was written for the connection that was opened
    record Arrived(long nanos, long bytes, boolean sameConnection) {}

    private DemoPage() {}

    /// Serves the page.
    static HttpServer serve() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(DemoNetwork.TARGET, PORT), 0);
        server.setExecutor(Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("page").daemon().factory()));
        server.createContext("/", DemoPage::answer);
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] page = page(exchange.getRemoteAddress());
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
        }
    }

    private static byte[] page(InetSocketAddress client) {
        String name = client.getAddress().getHostAddress() + ":" + client.getPort();
        return ("<h1>Intranet</h1><p>Welcome, " + name + "</p>\n").getBytes(StandardCharsets.US_ASCII);
    }

    /// Opens one connection, asks once, waits for the page.
    static Arrived fetch() throws IOException {
        long start = System.nanoTime();
        try (Socket connection = new Socket()) {
            connection.setSoTimeout(READ_MILLIS);
            connection.connect(new InetSocketAddress(DemoNetwork.TARGET, PORT), CONNECT_MILLIS);
            OutputStream out = connection.getOutputStream();
            out.write(REQUEST.getBytes(StandardCharsets.US_ASCII));
            InputStream in = connection.getInputStream();
            String answer = new String(in.readNBytes(MAX_BYTES), StandardCharsets.US_ASCII);
            String wanted =
                    new String(page((InetSocketAddress) connection.getLocalSocketAddress()), StandardCharsets.US_ASCII);
            boolean same = answer.startsWith("HTTP/1.1 200 ") && answer.endsWith(wanted);
            return new Arrived(System.nanoTime() - start, answer.length(), same);
        }
    }
}
