package dev.sekisho.control.mail;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;

/// Mail addresses as people write them.
public final class Addresses {
    private static final int MAX_CHARS = 320;

    private Addresses() {}

    /// Checks one address, with or without a name in front.
    ///
    /// @param field what it is, for the message
    /// @throws IllegalArgumentException with a sentence when it is none
    public static InternetAddress check(String field, String text) {
        boolean oneLine = text.chars().noneMatch(c -> c < ' ' || c == 0x7f);
        try {
            InternetAddress[] parsed = InternetAddress.parse(text, true);
            if (oneLine
                    && text.length() <= MAX_CHARS
                    && parsed.length == 1
                    && parsed[0].getAddress().contains("@")) {
                parsed[0].validate();
                return parsed[0];
            }
        } catch (AddressException e) {
            throw new IllegalArgumentException(field + " is no mail address such as name@example.org", e);
        }
        throw new IllegalArgumentException(field + " is no mail address such as name@example.org");
    }
}
