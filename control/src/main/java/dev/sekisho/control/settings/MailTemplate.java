package dev.sekisho.control.settings;

import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The mail for a new device (product line N12), with variables such as `{{name}}`. Immutable.
///
/// @param subject one line
/// @param body plain text
public record MailTemplate(String subject, String body) {
    /// What may stand in double braces.
    public static final Set<String> VARIABLES = Set.of("user", "name", "device", "server", "addresses");

    /// Characters of a subject.
    public static final int MAX_SUBJECT_CHARS = 200;

    /// Characters of a body.
    public static final int MAX_BODY_CHARS = 20_000;

    private static final Pattern VARIABLE = Pattern.compile("\\{\\{ *([A-Za-z]*) *}}");

    /// What holds until somebody says otherwise.
    public static final MailTemplate DEFAULT = new MailTemplate("Your access with {{device}}", """
            Hello {{name}},

            your device "{{device}}" may now connect to {{server}}.

            1. Install WireGuard from https://www.wireguard.com/install/.
            2. Import the attached file, or scan the attached QR code with a phone.
            3. Activate the tunnel.

            On Windows without administrator rights, ask your administrator to set LimitedOperatorUI and to make you
            a member of the group "Network Configuration Operators".

            The file is a key. Keep it to yourself, and delete this mail when you have imported it.
            """);

    /// @throws IllegalArgumentException with a sentence
    public MailTemplate {
        if (subject.isBlank()
                || subject.length() > MAX_SUBJECT_CHARS
                || subject.chars().anyMatch(c -> c < ' ')) {
            throw new IllegalArgumentException("subject is one line of 1 to " + MAX_SUBJECT_CHARS + " characters");
        }
        if (body.length() > MAX_BODY_CHARS) {
            throw new IllegalArgumentException("body has at most " + MAX_BODY_CHARS + " characters");
        }
        Matcher matcher = VARIABLE.matcher(subject + "\n" + body);
        while (matcher.find()) {
            if (!VARIABLES.contains(matcher.group(1))) {
                throw new IllegalArgumentException("there is no variable {{" + matcher.group(1)
                        + "}}: there are {{user}}, {{name}}, {{device}}," + " {{server}} and {{addresses}}");
            }
        }
    }

    /// A mail that is ready.
    public record Mail(String subject, String body) {}

    /// Fills in the variables. A value is text, never a variable again.
    public Mail fill(Map<String, String> values) {
        return new Mail(fill(subject, values).replaceAll("\\p{Cntrl}", " "), fill(body, values));
    }

    private static String fill(String text, Map<String, String> values) {
        return VARIABLE.matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(values.getOrDefault(match.group(1), "")));
    }
}
