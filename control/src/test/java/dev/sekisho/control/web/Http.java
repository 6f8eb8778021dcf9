package dev.sekisho.control.web;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// One request on a connection of its own, byte by byte as written: clients of the JDK don't send a foreign `Host`.
///
/// @param status of the answer
/// @param headers of the answer, names in lower case; of one that comes again, a line each
/// @param body of the answer
public record Http(int status, Map<String, String> headers, String body) {
    /// Sends a request without a body.
    ///
    /// @param headers as `Name: value`
    public static Http send(int port, String method, String path, String... headers) throws IOException {
        return sendBody(port, method, path, "", headers);
    }

    /// Sends a request. `Host` and `Content-Length` are added unless they are given.
    public static Http sendBody(int port, String method, String path, String body, String... headers)
            throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return over(socket, method, path, body, headers);
        }
    }

    /// Sends a request on a connection that is there, such as one of TLS.
    public static Http over(Socket socket, String method, String path, String body, String... headers)
            throws IOException {
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(request(method, path, body, headers));
        return read(new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1)));
    }

    static byte[] request(String method, String path, String body, String... headers) {
        StringBuilder text = new StringBuilder(method + " " + path + " HTTP/1.1\r\nConnection: close\r\n");
        boolean hasHost = false;
        for (String header : headers) {
            hasHost |= header.startsWith("Host:");
            text.append(header).append("\r\n");
        }
        if (!hasHost) {
            text.append("Host: localhost\r\n");
        }
        if (!body.isEmpty()) {
            text.append("Content-Length: ").append(body.length()).append("\r\n");
        }
        return text.append("\r\n").append(body).toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    static Http read(BufferedReader in) throws IOException {
        String first = String.valueOf(in.readLine());
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            int colon = line.indexOf(':');
            headers.merge(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip(),
                    (one, more) -> one + "\n" + more);
        }
        StringBuilder body = new StringBuilder();
        if (!headers.getOrDefault("content-type", "").equals("text/event-stream")) {
            for (int c = in.read(); c >= 0; c = in.read()) {
                body.append((char) c);
            }
        }
        return new Http(Integer.parseInt(first.substring(9, 12)), headers, body.toString());
    }

    /// A header of the answer; empty when it is not there.
    public String header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }
}
