package dev.sekisho.control.directory.ldap;

import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import dev.sekisho.control.directory.DirectoryException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/// Failures in words that tell an administrator what to fix. Stateless.
final class LdapFailures {
    /// What Active Directory says behind "data" when a login fails (Win32 error codes, MS-ERREF section 2.2).
    private static final Pattern ACTIVE_DIRECTORY = Pattern.compile("\\bdata ([0-9a-f]{1,8})\\b");

    private LdapFailures() {}

    static DirectoryException connecting(LdapServer server, LDAPException e) {
        if (isTls(e)) {
            return tls(server, e);
        }
        if (hasCause(e, UnknownHostException.class)) {
            return new DirectoryException(
                    "resolve", "the name " + server.host() + " is not known: check the name and the DNS server", e);
        }
        return new DirectoryException(
                "connect",
                "nothing answers at " + server + ": check that the server runs, the port, and firewalls between",
                e);
    }

    static DirectoryException startingTls(LdapServer server, LDAPException e) {
        if (isTls(e)) {
            return tls(server, e);
        }
        return new DirectoryException(
                "tls",
                server + " does not start TLS (" + e.getResultCode().getName()
                        + "): give the server a certificate, or use ldaps:// if it has a port for that",
                e);
    }

    private static DirectoryException tls(LdapServer server, LDAPException e) {
        String text = text(e);
        if (text.contains("hostname") || text.contains("host name") || text.contains("subject alternative")) {
            return new DirectoryException(
                    "tls",
                    "the certificate is not for " + server.host() + ": use a name that stands in it, or give the server"
                            + " a certificate with this one",
                    e);
        }
        if (text.contains("expired") || text.contains("notafter") || text.contains("validity")) {
            return new DirectoryException("tls", "the certificate of " + server + " is not valid at this time", e);
        }
        if (text.contains("certification path") || text.contains("pkix") || text.contains("trust")) {
            return new DirectoryException(
                    "tls",
                    "the certificate of " + server + " comes from no authority that is trusted: give the authority's"
                            + " certificate as caPem",
                    e);
        }
        return new DirectoryException(
                "tls", "no TLS with " + server + ": check that this port speaks TLS 1.2 or newer", e);
    }

    private static boolean isTls(LDAPException e) {
        String text = text(e);
        return hasCause(e, SSLException.class)
                || text.contains("ssl")
                || text.contains("certificate")
                || text.contains("hostname");
    }

    private static String text(Throwable e) {
        StringBuilder text = new StringBuilder();
        for (Throwable t = e; t != null; t = t.getCause()) {
            text.append(t.getMessage()).append('\n');
        }
        return text.toString().toLowerCase(Locale.ROOT);
    }

    private static boolean hasCause(Throwable e, Class<? extends Throwable> type) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return true;
            }
        }
        return text(e).contains(type.getSimpleName().toLowerCase(Locale.ROOT));
    }

    static DirectoryException asking(String step, LDAPException e) {
        String detail = switch (e.getResultCode().intValue()) {
            case ResultCode.TIMEOUT_INT_VALUE, ResultCode.TIME_LIMIT_EXCEEDED_INT_VALUE ->
                "no answer within " + LdapLink.TIMEOUT.toSeconds() + " seconds";
            case ResultCode.SERVER_DOWN_INT_VALUE, ResultCode.CONNECT_ERROR_INT_VALUE ->
                "the server ended the connection, or answered too slowly or too much";
            case ResultCode.NO_SUCH_OBJECT_INT_VALUE -> "the base DN is not there, or the account may not see it";
            case ResultCode.INSUFFICIENT_ACCESS_RIGHTS_INT_VALUE,
                    ResultCode.OPERATIONS_ERROR_INT_VALUE,
                    ResultCode.AUTHORIZATION_DENIED_INT_VALUE ->
                "the account may not search there: set bindDn and bindPassword, or give it the right";
            case ResultCode.REFERRAL_INT_VALUE ->
                "the server sends us elsewhere, which is not followed: use the server that has the base DN";
            case ResultCode.CONFIDENTIALITY_REQUIRED_INT_VALUE, ResultCode.STRONG_AUTH_REQUIRED_INT_VALUE ->
                "the server wants TLS: leave plain out";
            default -> "the server refuses: " + e.getResultCode().getName();
        };
        return new DirectoryException(step, detail, e);
    }

    /// Why a login was refused, for an administrator who tests it.
    static String refused(ResultCode code, String diagnostic) {
        Matcher data = ACTIVE_DIRECTORY.matcher(diagnostic.toLowerCase(Locale.ROOT));
        String why = data.find() ? data.group(1) : "";
        return switch (why) {
            case "530", "531" -> "not allowed to log in at this time or place";
            case "532" -> "the password has expired";
            case "533" -> "the account is disabled";
            case "701" -> "the account has expired";
            case "773" -> "the password must be changed first";
            case "775" -> "the account is locked";
            default ->
                code.equals(ResultCode.INVALID_CREDENTIALS)
                        ? "the password is wrong"
                        : "the server refuses the login: " + code.getName();
        };
    }
}
