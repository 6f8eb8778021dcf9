package dev.sekisho.control.mail;

import dev.sekisho.control.outbox.DeliveryException;
import dev.sekisho.control.outbox.Message;
import dev.sekisho.control.outbox.Sender;
import jakarta.activation.DataHandler;
import jakarta.mail.Authenticator;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.util.ByteArrayDataSource;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Date;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Sends mails by SMTP. Fields of a message: `to`, `subject`, `text`, and `html`, `attachmentName`, `attachment` when
/// there are such; `picture`, a PNG image in base 64 that `html` shows as [Letter#PICTURE_ID]. Thread-safe.
public final class SmtpSender implements Sender {
    private static final System.Logger LOG = System.getLogger(SmtpSender.class.getName());
    private static final String TIMEOUT_MILLIS = "15000";

    private final Supplier<Optional<MailSettings>> settings;
    private final InstantSource clock;

    public SmtpSender(Supplier<Optional<MailSettings>> settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /// The sentences say as much of what is at the other end as whoever sets up a mail server needs: that
    /// nothing takes connections there, or does not answer, or is no mail server. What else there is and what
    /// it says stays untold: a mail server may be inside, so whoever sets one up may name any address.
    @Override
    public void send(Message message) {
        MailSettings server = settings.get()
                .orElseThrow(() -> DeliveryException.later("no mail server is set up (settings, mail)", null));
        Session session = session(server);
        try {
            MimeMessage mail = compose(message, server, session);
            mail.saveChanges();
            deliver(session, mail, server);
        } catch (IllegalArgumentException e) {
            throw DeliveryException.never(String.valueOf(e.getMessage()), e);
        } catch (SendFailedException e) {
            throw DeliveryException.never("the mail server refuses the address", e);
        } catch (MessagingException e) {
            throw DeliveryException.later(
                    "the mail server " + server.host() + " did not take the mail: " + MailFault.sending(e), e);
        }
    }

    private static void deliver(Session session, MimeMessage mail, MailSettings server) throws MessagingException {
        Transport transport = session.getTransport();
        try {
            connect(transport, server);
            transport.sendMessage(mail, mail.getAllRecipients());
        } finally {
            close(transport);
        }
    }

    private static void connect(Transport transport, MailSettings server) {
        try {
            transport.connect();
        } catch (MessagingException e) {
            throw DeliveryException.later(
                    "the mail server " + server.host() + " can't be used: "
                            + MailFault.connecting(e, server.security()),
                    e);
        }
    }

    /// How it says goodbye changes nothing of what was taken.
    private static void close(Transport transport) {
        try {
            transport.close();
        } catch (MessagingException e) {
            LOG.log(Level.DEBUG, "the mail server hung up: {0}", e.getClass().getSimpleName());
        }
    }

    private MimeMessage compose(Message message, MailSettings server, Session session) throws MessagingException {
        MimeMessage mail = new MimeMessage(session);
        mail.setFrom(Addresses.check("from", server.from()));
        mail.setRecipient(jakarta.mail.Message.RecipientType.TO, Addresses.check("to", message.field("to")));
        mail.setSubject(oneLine(message.field("subject")), StandardCharsets.UTF_8.name());
        mail.setSentDate(Date.from(clock.instant()));
        mail.setHeader("Auto-Submitted", "auto-generated");
        MimeMultipart alternatives = new MimeMultipart("alternative");
        alternatives.addBodyPart(text(message.field("text"), "plain"));
        if (message.fields().containsKey("html")) {
            alternatives.addBodyPart(rich(message));
        }
        if (!message.fields().containsKey("attachment")) {
            mail.setContent(alternatives);
            return mail;
        }
        MimeBodyPart body = new MimeBodyPart();
        body.setContent(alternatives);
        MimeBodyPart attachment = text(message.field("attachment"), "plain");
        attachment.setFileName(oneLine(message.field("attachmentName")));
        attachment.setDisposition(jakarta.mail.Part.ATTACHMENT);
        mail.setContent(new MimeMultipart("mixed", body, attachment));
        return mail;
    }

    /// A line end in a header would begin another header.
    private static String oneLine(String text) {
        return text.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]", " ");
    }

    /// The HTML, with the picture that it shows (RFC 2387).
    private static MimeBodyPart rich(Message message) throws MessagingException {
        MimeBodyPart html = text(message.field("html"), "html");
        if (!message.fields().containsKey("picture")) {
            return html;
        }
        byte[] png = Base64.getDecoder().decode(message.field("picture"));
        MimeBodyPart picture = new MimeBodyPart();
        picture.setDataHandler(new DataHandler(new ByteArrayDataSource(png, "image/png")));
        picture.setContentID("<" + Letter.PICTURE_ID + ">");
        picture.setFileName("qr-code.png");
        picture.setDisposition(jakarta.mail.Part.INLINE);
        MimeBodyPart both = new MimeBodyPart();
        both.setContent(new MimeMultipart("related", html, picture));
        return both;
    }

    private static MimeBodyPart text(String text, String subtype) throws MessagingException {
        MimeBodyPart part = new MimeBodyPart();
        part.setText(text, StandardCharsets.UTF_8.name(), subtype);
        return part;
    }

    private static Session session(MailSettings server) {
        Properties properties = new Properties();
        properties.setProperty("mail.transport.protocol", "smtp");
        properties.setProperty("mail.smtp.host", server.host());
        properties.setProperty("mail.smtp.port", String.valueOf(server.port()));
        properties.setProperty("mail.smtp.connectiontimeout", TIMEOUT_MILLIS);
        properties.setProperty("mail.smtp.timeout", TIMEOUT_MILLIS);
        properties.setProperty("mail.smtp.writetimeout", TIMEOUT_MILLIS);
        properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
        switch (server.security()) {
            case NONE -> properties.setProperty("mail.smtp.starttls.enable", "false");
            case STARTTLS -> {
                properties.setProperty("mail.smtp.starttls.enable", "true");
                properties.setProperty("mail.smtp.starttls.required", "true");
            }
            case TLS -> properties.setProperty("mail.smtp.ssl.enable", "true");
        }
        if (server.user().isEmpty()) {
            return Session.getInstance(properties);
        }
        properties.setProperty("mail.smtp.auth", "true");
        return Session.getInstance(properties, new Authenticator() {
            @Override
            protected @Nullable PasswordAuthentication getPasswordAuthentication() {
                return new PasswordAuthentication(
                        server.user().get(), server.password().orElse(""));
            }
        });
    }
}
