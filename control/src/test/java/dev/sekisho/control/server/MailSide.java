package dev.sekisho.control.server;

import com.google.gson.Gson;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// A mail server on loopback. `GET /` gives what has arrived, the oldest first, as mail programs take it apart.
final class MailSide implements AutoCloseable {
    private final GreenMail smtp;
    private final HttpServer http;

    private MailSide(GreenMail smtp, HttpServer http) {
        this.smtp = smtp;
        this.http = http;
    }

    /// A mail.
    ///
    /// @param pictures PNG images in base 64
    record Mail(
            String to, String subject, String text, String html, List<Attachment> attachments, List<String> pictures) {}

    /// A text file that came with it.
    record Attachment(String name, String text) {}

    static MailSide open() throws IOException {
        GreenMail smtp = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        smtp.start();
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        MailSide made = new MailSide(smtp, http);
        http.createContext("/", made::answer);
        http.start();
        return made;
    }

    int smtpPort() {
        return smtp.getSmtp().getPort();
    }

    String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            List<Mail> mails = new ArrayList<>();
            for (MimeMessage message : smtp.getReceivedMessages()) {
                mails.add(read(message));
            }
            byte[] body = new Gson().toJson(mails).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        } catch (MessagingException e) {
            throw new IOException(e);
        }
    }

    private static Mail read(MimeMessage message) throws MessagingException, IOException {
        Parts parts = new Parts();
        parts.take(message);
        return new Mail(
                message.getAllRecipients()[0].toString(),
                message.getSubject(),
                parts.text.toString(),
                parts.html.toString(),
                parts.attachments,
                parts.pictures);
    }

    private static final class Parts {
        private final StringBuilder text = new StringBuilder();
        private final StringBuilder html = new StringBuilder();
        private final List<Attachment> attachments = new ArrayList<>();
        private final List<String> pictures = new ArrayList<>();

        void take(Part part) throws MessagingException, IOException {
            if (part.getContent() instanceof Multipart several) {
                for (int i = 0; i < several.getCount(); i++) {
                    BodyPart one = several.getBodyPart(i);
                    take(one);
                }
            } else if (part.isMimeType("image/png")) {
                pictures.add(
                        Base64.getEncoder().encodeToString(part.getInputStream().readAllBytes()));
            } else if (Part.ATTACHMENT.equals(part.getDisposition())) {
                attachments.add(new Attachment(part.getFileName(), String.valueOf(part.getContent())));
            } else {
                (part.isMimeType("text/html") ? html : text).append(part.getContent());
            }
        }
    }

    @Override
    public void close() {
        http.stop(0);
        smtp.stop();
    }
}
