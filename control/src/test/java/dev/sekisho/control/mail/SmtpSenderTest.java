package dev.sekisho.control.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import dev.sekisho.control.outbox.DeliveryException;
import dev.sekisho.control.outbox.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Nobody writes headers or commands by what they put into a mail, and nobody learns from its errors what else there
/// is inside (threat P10).
@Tag("C07")
class SmtpSenderTest {
    private static final String EVIL =
            "x\r\nBcc: thief@example.org\r\n\r\nRCPT TO:<thief@example.org>\r\n.\r\nQUIT\r\n";

    private static SmtpSender sender(int port, MailSettings.Security security) {
        MailSettings settings = new MailSettings(
                "127.0.0.1", port, security, Optional.empty(), Optional.empty(), "sekisho@example.org");
        return new SmtpSender(() -> Optional.of(settings), InstantSource.system());
    }

    private static Message message(String to, String subject, String text, String file) {
        return new Message(
                Mails.CHANNEL,
                "test",
                Map.of("to", to, "subject", subject, "text", text, "attachmentName", file, "attachment", text));
    }

    @Test
    void whatIsPutIntoAMailBecomesNoHeaderAndNoCommand() throws Exception {
        GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        try {
            SmtpSender sender = sender(server.getSmtp().getPort(), MailSettings.Security.NONE);
            sender.send(message("ops@example.org", EVIL, EVIL, EVIL));
            sender.send(
                    message("ops@example.org", "line\u2028end\u0085", ".\r\n.\r\nMAIL FROM:<x@y>\r\n", "a\"b\n.txt"));

            MimeMessage[] received = server.getReceivedMessages();
            assertThat(received).hasSize(2);
            for (MimeMessage one : received) {
                assertThat(one.getAllRecipients()).extracting(Object::toString).containsExactly("ops@example.org");
                assertThat(Collections.list(one.getAllHeaders()))
                        .noneMatch(header -> header.getName().equalsIgnoreCase("bcc"));
                assertThat(one.getSubject()).doesNotContain("\r", "\n", "\u2028");
            }
            assertThat(GreenMailUtil.getWholeMessage(received[1])).contains("MAIL FROM:<x@y>");
        } finally {
            server.stop();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ops@example.org\r\nBcc: thief@example.org",
                "ops@example.org>\r\nRCPT TO:<thief@example.org",
                "ops@example.org,thief@example.org",
                "\"a\r\nb\"@example.org",
                "ops@example.org SIZE=1"
            })
    void anAddressThatIsMoreIsRefusedBeforeAnyConnection(String to) throws IOException {
        try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> sender(nobody.getLocalPort(), MailSettings.Security.NONE)
                            .send(message(to, "s", "t", "f")))
                    .isInstanceOfSatisfying(
                            DeliveryException.class,
                            e -> assertThat(e.permanent()).isTrue())
                    .hasMessage("to is no mail address such as name@example.org");
        }
    }

    @Test
    void aPortThatIsShutIsSaidToBeShut() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        assertThatThrownBy(() -> send(port, MailSettings.Security.NONE))
                .hasMessage("the mail server 127.0.0.1 can't be used: nothing takes connections there");
    }

    /// Whatever it says, and however it is asked, the sentence is the same.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_10.0p2 Debian-7\r\n",
                "HTTP/1.1 400 Bad Request\r\nServer: secret-name/1.2\r\n\r\n",
                "554 go away, secret-name\r\n",
                "+OK POP3 secret-name ready\r\n",
                "\u0000\u0001\u0002secret-name",
                ""
            })
    void whatIsNoMailServerIsNotDescribed(String banner) throws IOException {
        for (MailSettings.Security security : MailSettings.Security.values()) {
            try (Banner server = new Banner(banner)) {
                String suffix =
                        security == MailSettings.Security.TLS ? " by TLS with a trusted certificate for this name" : "";
                assertThatThrownBy(() -> send(server.socket.getLocalPort(), security))
                        .isInstanceOf(DeliveryException.class)
                        .hasMessage("the mail server 127.0.0.1 can't be used: what answers there is no mail server"
                                + suffix);
            }
        }
    }

    @Test
    void aServerThatIsSilentIsSaidToBeSilent() {
        MessagingException silent = new MessagingException("secret-name", new SocketTimeoutException("secret-name"));
        assertThat(List.of(
                        MailFault.connecting(silent, MailSettings.Security.TLS),
                        MailFault.connecting(silent, MailSettings.Security.NONE),
                        MailFault.sending(silent)))
                .containsOnly("it did not answer in time");
    }

    private static void send(int port, MailSettings.Security security) {
        sender(port, security).send(message("ops@example.org", "s", "t", "f"));
    }

    /// Says something to one visitor and hangs up.
    private static final class Banner implements AutoCloseable {
        final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

        Banner(String text) throws IOException {
            Thread.ofVirtual().start(() -> {
                try (Socket visitor = socket.accept()) {
                    visitor.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
                    visitor.shutdownOutput();
                    visitor.getInputStream().readAllBytes();
                } catch (IOException e) {
                    assertThat(socket.isClosed() || e.getMessage() != null).isTrue();
                }
            });
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
