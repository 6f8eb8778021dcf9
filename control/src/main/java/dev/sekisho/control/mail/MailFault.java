package dev.sekisho.control.mail;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Why a mail server does not take a mail, in words of our own: nothing that the other end said is in them.
final class MailFault {
    private static final String SILENT = "it did not answer in time";
    private static final String NO_MAIL_SERVER = "what answers there is no mail server";

    private MailFault() {}

    /// Why there is no conversation with it.
    static String connecting(MessagingException e, MailSettings.Security security) {
        List<Throwable> causes = causes(e);
        if (e instanceof AuthenticationFailedException) {
            return "it refuses the log-in";
        }
        if (has(causes, SocketTimeoutException.class)) {
            return SILENT;
        }
        if (has(causes, UnknownHostException.class)) {
            return "there is no host of this name";
        }
        if (isRefused(causes)) {
            return "nothing takes connections there";
        }
        if (security == MailSettings.Security.STARTTLS && isTls(causes)) {
            return "it offers no STARTTLS, or a certificate that is not trusted or for another name";
        }
        return security == MailSettings.Security.TLS
                ? NO_MAIL_SERVER + " by TLS with a trusted certificate for this name"
                : NO_MAIL_SERVER;
    }

    /// Why the mail was not taken in a conversation that had begun.
    static String sending(MessagingException e) {
        return has(causes(e), SocketTimeoutException.class) ? SILENT : "it broke off, or refuses sender or content";
    }

    private static boolean isRefused(List<Throwable> causes) {
        return causes.stream()
                .anyMatch(cause -> cause instanceof java.net.ConnectException
                        || cause instanceof java.net.NoRouteToHostException
                        || cause instanceof java.net.PortUnreachableException);
    }

    /// The library says with no type of its own that a server has no STARTTLS.
    private static boolean isTls(List<Throwable> causes) {
        return has(causes, SSLException.class)
                || causes.stream()
                        .anyMatch(cause -> String.valueOf(cause.getMessage()).startsWith("STARTTLS is required"));
    }

    private static boolean has(List<Throwable> causes, Class<? extends Throwable> type) {
        return causes.stream().anyMatch(type::isInstance);
    }

    private static List<Throwable> causes(MessagingException e) {
        List<Throwable> all = new ArrayList<>();
        @Nullable Throwable next = e;
        while (next != null && !all.contains(next)) {
            all.add(next);
            next = next instanceof MessagingException mail && mail.getNextException() != null
                    ? mail.getNextException()
                    : next.getCause();
        }
        return all;
    }
}
