package dev.sekisho.control.audit.stream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// Sends syslog messages (RFC 5424): facility 13 (log audit), severity 5 (notice), the action as message id, the record
/// as message.
abstract sealed class SyslogSender implements Sender {
    private static final int PRIORITY = 13 * 8 + 5;
    private static final int TIMEOUT_MILLIS = 5000;

    /// How long a receiver may take to tell that it is closing.
    private static final int LISTEN_MILLIS = 100;

    private final String hostName;

    private SyslogSender(String hostName) {
        this.hostName = hostName;
    }

    /// Connects.
    ///
    /// @param hostName of this server
    /// @param tls makes connections of receivers that are spoken to in TLS
    static SyslogSender open(Target.Syslog target, String hostName, SSLSocketFactory tls) throws IOException {
        return target.transport() == Target.Transport.UDP
                ? new Datagrams(target, hostName)
                : new Stream(target, hostName, tls);
    }

    byte[] frame(Message message) {
        return ("<" + PRIORITY + ">1 " + message.at() + " " + printable(hostName, 255) + " sekisho - "
                        + printable(message.kind(), 32) + " - " + message.text())
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static String printable(String text, int max) {
        String plain = text.replaceAll("[^!-~]", "");
        return plain.isEmpty() ? "-" : plain.substring(0, Math.min(max, plain.length()));
    }

    private static final class Datagrams extends SyslogSender {
        private final DatagramSocket socket = new DatagramSocket();

        Datagrams(Target.Syslog target, String hostName) throws IOException {
            super(hostName);
            InetSocketAddress address = new InetSocketAddress(target.host(), target.port());
            if (address.isUnresolved()) {
                socket.close();
                throw new IOException("no address is known for " + target.host());
            }
            socket.connect(address);
        }

        @Override
        public void send(List<Message> messages) throws IOException {
            for (Message message : messages) {
                byte[] frame = frame(message);
                socket.send(new DatagramPacket(frame, frame.length));
            }
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    private static final class Stream extends SyslogSender {
        private final Socket socket;

        Stream(Target.Syslog target, String hostName, SSLSocketFactory tls) throws IOException {
            super(hostName);
            Socket plain = new Socket();
            try {
                plain.connect(new InetSocketAddress(target.host(), target.port()), TIMEOUT_MILLIS);
                plain.setSoTimeout(TIMEOUT_MILLIS);
                socket = target.transport() == Target.Transport.TLS ? secured(plain, target, tls) : plain;
                socket.setSoTimeout(LISTEN_MILLIS);
            } catch (IOException e) {
                plain.close();
                throw e;
            }
        }

        private static Socket secured(Socket plain, Target.Syslog target, SSLSocketFactory tls) throws IOException {
            SSLSocket secured = (SSLSocket) tls.createSocket(plain, target.host(), target.port(), true);
            SSLParameters parameters = secured.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
            secured.setSSLParameters(parameters);
            secured.startHandshake();
            return secured;
        }

        /// Syslog has no answers. A receiver that went away is known by the end of what it sends, which is nothing.
        @Override
        public void send(List<Message> messages) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (Message message : messages) {
                byte[] frame = frame(message);
                bytes.writeBytes((frame.length + " ").getBytes(StandardCharsets.US_ASCII));
                bytes.writeBytes(frame);
            }
            socket.getOutputStream().write(bytes.toByteArray());
            socket.getOutputStream().flush();
            try {
                if (socket.getInputStream().read() < 0) {
                    throw new IOException("the receiver closed the connection");
                }
            } catch (SocketTimeoutException stillThere) {
                assert !socket.isClosed() : stillThere;
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
