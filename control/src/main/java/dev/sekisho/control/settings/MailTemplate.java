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
    /// What may stand in double braces; `handover` says whether the configuration is attached or behind a link.
    public static final Set<String> VARIABLES = Set.of("user", "name", "device", "server", "addresses", "handover");

    /// Characters of a subject.
    public static final int MAX_SUBJECT_CHARS = 200;

    /// Characters of a body.
    public static final int MAX_BODY_CHARS = 20_000;

    private static final Pattern VARIABLE = Pattern.compile("\\{\\{ *([A-Za-z]*) *}}");

    /// What holds until somebody says otherwise.
    public static final MailTemplate DEFAULT = new MailTemplate("Your access with {{device}}", """
            Hello {{name}},

            your device "{{device}}" may now connect to {{server}}.

            1. Install WireGuard: on a phone from its app store, elsewhere from https://www.wireguard.com/install/.
            2. {{handover}}
            3. Activate the tunnel. In the app: iOS and Android "+" and "Create from file" or "from QR code"; Windows and
               macOS "Import tunnel(s) from file"; Linux "sudo wg-quick up ./FILE.conf".

            On Windows without administrator rights, ask your administrator once to run in an elevated prompt
              reg add HKLM\\Software\\WireGuard /v LimitedOperatorUI /t REG_DWORD /d 1 /f
              net localgroup "Network Configuration Operators" YOUR-WINDOWS-NAME /add
            and to import the file for you; log out and in again, then activate and deactivate the tunnel yourself.

            The configuration is a key. Keep it to yourself, and delete this mail when you have imported it.
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
                throw new IllegalArgumentException(
                        "there is no variable {{" + matcher.group(1) + "}}: there are {{user}}, {{name}}, {{device}},"
                                + " {{server}}, {{addresses}} and {{handover}}");
            }
        }
    }

    /// A mail that is ready.
    public record Mail(String subject, String body) {}

    /// Whether a variable stands in the body.
    public boolean names(String variable) {
        return VARIABLE.matcher(body).results().anyMatch(match -> match.group(1).equals(variable));
    }

    /// Fills in the variables. A value is text, never a variable again.
    public Mail fill(Map<String, String> values) {
        return new Mail(fill(subject, values).replaceAll("\\p{Cntrl}", " "), fill(body, values));
    }

    private static String fill(String text, Map<String, String> values) {
        return VARIABLE.matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(values.getOrDefault(match.group(1), "")));
    }
}
