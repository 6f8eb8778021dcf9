package dev.sekisho.control.outbound;

import dev.sekisho.control.outbox.DeliveryException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Single syslog messages (RFC 5424), by UDP (RFC 5426) or TCP with octet counting (RFC 6587). Log servers stand in
/// private networks, so every address is allowed: it takes what may follow a frame that is no dialogue.
public final class Syslog {
    /// Facility 13 (log audit), severity 4 (warning).
    private static final int PRIORITY = 13 * 8 + 4;

    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int MAX_UDP = 2048;

    private Syslog() {}

    /// Sends one message.
    ///
    /// @throws DeliveryException when it can't be sent; by UDP nobody says whether it arrived
    public static void send(String host, int port, boolean tcp, String text) {
        byte[] frame = frame(text);
        try {
            if (tcp) {
                try (Socket socket = new Socket()) {
                    socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
                    OutputStream out = socket.getOutputStream();
                    out.write((frame.length + " ").getBytes(StandardCharsets.US_ASCII));
                    out.write(frame);
                    out.flush();
                }
                return;
            }
            try (DatagramSocket socket = new DatagramSocket()) {
                int length = Math.min(frame.length, MAX_UDP);
                socket.send(new DatagramPacket(frame, length, InetAddress.getByName(host), port));
            }
        } catch (IOException e) {
            throw DeliveryException.later("the log server " + host + " could not be reached", e);
        }
    }

    private static byte[] frame(String text) {
        String oneLine = text.replaceAll("[\\p{Cntrl}]", " ");
        String header = "<" + PRIORITY + ">1 " + Instant.now().truncatedTo(ChronoUnit.MILLIS) + " - sekisho - alert - ";
        return (header + oneLine).getBytes(StandardCharsets.UTF_8);
    }
}
