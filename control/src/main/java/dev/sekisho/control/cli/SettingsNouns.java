package dev.sekisho.control.cli;

import dev.sekisho.control.cli.Verb.Kind;
import java.util.List;

/// Of the table [Nouns] what there is one of: the network, the rules for second factors, the server and what it sends.
final class SettingsNouns {
    private SettingsNouns() {}

    static List<Noun> all() {
        return List.of(network(), factorRule(), server(), mail(), auditStream());
    }

    private static Noun network() {
        String settings = "/network/settings";
        return new Noun(
                "network",
                "The tunnel, its settings, and this host as the gateway to the networks behind it.",
                "/network",
                false,
                List.of(),
                List.of(),
                List.of(
                        Verb.show(settings, "Shows the settings."),
                        Verb.change(Kind.REPLACE, settings, "Changes settings; what is not named stays.", settings())
                                .named("set"),
                        Verb.show("/network/status", "Shows how the network is.")
                                .named("status"),
                        Verb.list(
                                        "/flows",
                                        "Lists live flows.",
                                        Nouns.Q,
                                        Field.query("user", "only those of this user"),
                                        Field.query("device", "only those of this device, USER/NAME"),
                                        Field.query("resource", "only those to this resource"),
                                        Field.query("destination", "only those to this address, or ADDRESS:PORT"),
                                        Field.query("verdict", "allowed or handed-off"))
                                .named("flows"),
                        Verb.show(
                                        "/explain",
                                        "Says why somebody may reach something or not.",
                                        Field.query("subject", "a user, or USER/DEVICE"),
                                        Field.query("target", "IP:PORT, IPv6 in brackets; port 0 for ping"),
                                        Field.query("protocol", "tcp, udp or icmp; tcp without"),
                                        Field.query("at", "a moment, as 2027-01-01T00:00:00Z; now without"))
                                .named("explain")));
    }

    private static Field[] settings() {
        return new Field[] {
            Field.flag("enabled", "whether the tunnel is up"),
            Field.text("interface", "its interface"),
            Field.number("listenPort", "its UDP port"),
            Field.clearable("publicAddress", "this host's name or address from outside"),
            Field.list("addresses", "its own with their networks, as 10.66.0.1/24"),
            Field.clearable("dns", "servers for devices, with commas in between"),
            Field.number("mtu", "bytes of a packet"),
            Field.list("exposedSubnets", "networks behind this host; 0.0.0.0/0 for a full tunnel"),
            Field.list("networkInterfaces", "which leads to each subnet, in the same order; none = as routed"),
            Field.number("mfa.inactivitySeconds", "how long an approval outlives its last packet"),
            new Field(
                    "mfa.maximumAgeSeconds",
                    Field.Type.CLEARABLE_NUMBER,
                    "how long it holds at most; empty takes the limit away"),
            Field.number("mfa.timeoutSeconds", "how long a challenge waits"),
            Field.number("scan.threshold", "distinct ports that lock a device"),
            Field.number("scan.windowSeconds", "within how long"),
            Field.list("enrollmentRoles", "who may add devices of their own"),
            Field.number("maxOwnDevices", "how many"),
            Field.flag("pendingDevices", "whether those wait to be let in")
        };
    }

    private static Noun factorRule() {
        Field[] fields = {
            Field.text("required", "always, privileged (who may manage, reveal or see everybody's) or never"),
            Field.list("kinds", "which will do: totp, passkey, recovery, email")
        };
        String path = "/factor-policies";
        return new Noun(
                "factor-rule",
                "Who must have which second factor. A rule is for a SCOPE: default, role:NAME or directory:ID.",
                path,
                false,
                List.of("scope"),
                List.of("scope", "required", "kinds"),
                List.of(
                        Verb.list(
                                path,
                                "Lists the rules; the strictest that fits somebody holds.",
                                Nouns.Q,
                                Field.query("required", "only always, privileged or never")),
                        Verb.item("set", Kind.ITEM_SET, path, "Makes or changes a rule.", fields),
                        Verb.item(
                                "remove",
                                Kind.ITEM_REMOVE,
                                path,
                                "Removes a rule; without one of its own, default is as shipped."),
                        Verb.item(
                                        "effects",
                                        Kind.ITEM_TRY,
                                        path + "/effects",
                                        "Says what set would do to the people there are, and changes nothing.",
                                        fields)
                                .over(path)));
    }

    private static Noun server() {
        return new Noun(
                "server",
                "The server itself.",
                "/server",
                false,
                List.of(),
                List.of(),
                List.of(
                        Verb.show("/server", "Shows what anybody may know of it."),
                        Verb.show("/status", "Shows how it is, and the servers that share its database.")
                                .named("status"),
                        Verb.list("/licences", "Lists what it is made of, with the licences.")
                                .named("licences")));
    }

    private static Noun mail() {
        Field[] template = {
            Field.text("subject", "one line"),
            new Field("body", Field.Type.FILE, "a file with the text; - is standard input")
        };
        String settings = "/mail/settings";
        String mail = "/network/mail-template";
        return new Noun(
                "mail",
                "The mail server, and the mail with which people get their devices.",
                settings,
                false,
                List.of(),
                List.of(),
                List.of(
                        Verb.show(settings, "Shows the mail server, without its password."),
                        Verb.change(
                                        Kind.REPLACE,
                                        settings,
                                        "Sets the mail server; what is not named stays.",
                                        Field.text("host", "its name or address"),
                                        Field.number("port", "its port, such as 587"),
                                        Field.text("security", "none, starttls or tls"),
                                        Field.clearable("user", "for the log-in"),
                                        Field.asked("password", "asks for the password"),
                                        Field.text("from", "the sender's address"))
                                .named("set"),
                        Verb.action("test", "/mail/test", "Sends a test at once.", Field.text("to", "who gets it")),
                        Verb.show(mail, "Shows the mail for new devices.").named("template"),
                        Verb.change(
                                        Kind.REPLACE,
                                        mail,
                                        "Changes the mail for new devices; variables are {{user}}, {{name}},"
                                                + " {{device}}, {{server}} and {{addresses}}.",
                                        template)
                                .named("set-template"),
                        Verb.action(
                                        "preview-template",
                                        mail + "/preview",
                                        "Shows that mail with an example filled in, and changes nothing.",
                                        template)
                                .over(mail)));
    }

    private static Noun auditStream() {
        Field[] fields = {
            Field.text("transport", "udp, tcp or tls to a syslog receiver, or file"),
            Field.text("host", "of the receiver"),
            Field.number("port", "of the receiver"),
            Field.text("file", "its name in the folder audit of the state directory"),
            new Field("enabled", Field.Type.ON, "whether it is in use")
        };
        String path = "/audit/streams";
        return new Noun(
                "audit-stream",
                "Where the audit log is sent as it grows.",
                path,
                false,
                List.of("name"),
                List.of("name", "transport", "host", "port", "file", "enabled", "behind", "failure"),
                List.of(
                        Verb.list(
                                path,
                                "Lists the streams, how far they are behind, and why they can't send.",
                                Nouns.Q,
                                Field.query("transport", "only udp, tcp, tls or file"),
                                Nouns.ENABLED),
                        Verb.item("add", Kind.ITEM_ADD, path, "Adds a stream; it begins with the next record.", fields),
                        Verb.item("change", Kind.ITEM_CHANGE, path, "Changes a stream.", fields),
                        Verb.item("remove", Kind.ITEM_REMOVE, path, "Ends a stream.")));
    }
}
