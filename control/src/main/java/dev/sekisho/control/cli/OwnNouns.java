package dev.sekisho.control.cli;

import dev.sekisho.control.cli.Verb.Kind;
import java.util.List;

/// Of the table [Nouns] what is one's own: devices, notices, what waits for one's answer.
final class OwnNouns {
    private OwnNouns() {}

    static List<Noun> all() {
        return List.of(me(), notice(), challenge());
    }

    private static Noun me() {
        return new Noun(
                "me",
                "What is one's own, after a login or by a token.",
                "/me",
                false,
                List.of(),
                List.of(),
                List.of(
                        Verb.change(
                                Kind.PATCH,
                                "/me",
                                "Changes one's display name.",
                                Field.text("displayName", "the name for people")),
                        Verb.list(
                                        "/me/resources",
                                        "Lists what one may reach or request.",
                                        Nouns.Q,
                                        Nouns.ACCESS,
                                        Nouns.RESOURCE)
                                .named("resources"),
                        Verb.list("/me/devices", "Lists one's devices.", Nouns.Q, Nouns.STATE)
                                .named("devices"),
                        Verb.create(
                                        "/me/devices",
                                        "Adds a device of one's own; its configuration goes to standard output,"
                                                + " this once.",
                                        Field.text("name", "its name"),
                                        Field.text("publicKey", "its own key; without, the server makes the pair"),
                                        Field.flag("presharedKey", "with a preshared key"))
                                .named("add-device")
                                .showing("config"),
                        Verb.list("/me/factors", "Lists one's second factors.", Nouns.FACTOR_KIND)
                                .named("factors"),
                        Verb.list(
                                        "/me/waiting",
                                        "Lists what waits for one's approval, with the numbers to choose.",
                                        Nouns.Q)
                                .named("waiting")));
    }

    private static Noun notice() {
        return new Noun(
                "notice",
                "How one hears of what waits for one's approval, beside the portal.",
                "/me/notices",
                false,
                List.of(),
                List.of(),
                List.of(
                        Verb.show("/me/notices", "Shows how."),
                        Verb.change(
                                        Kind.REPLACE,
                                        "/me/notices",
                                        "Says how; what is not named stays.",
                                        Field.flag("mail", "whether by a mail with a link that answers"),
                                        Field.asked("webhook", "asks for the URL to call, which is kept as a secret"),
                                        new Field("webhook", Field.Type.NONE, "takes the URL away"),
                                        Field.text("webhookKind", "json or ntfy"))
                                .named("set")));
    }

    private static Noun challenge() {
        String one = "/challenges/{challenge}";
        return new Noun(
                "challenge",
                "What waits for a second factor, over the API: one's own; of others only to look at.",
                "/challenges",
                false,
                List.of(),
                List.of("user", "device", "resource", "target", "state", "openedAt", "expiresAt", "id"),
                List.of(
                        Verb.list(
                                "/challenges",
                                "Lists challenges, the newest first.",
                                Nouns.STATE,
                                Field.query("scope", "all = everybody's; one's own without")),
                        Verb.show(one, "Shows a challenge."),
                        Verb.action(
                                "approve",
                                one + "/approve",
                                "Says that it was you, with the code of your authenticator app, which is asked for.",
                                Field.number("number", "the number that the asking side shows, if it shows one"),
                                new Field("totp", Field.Type.SECRET_UNLESS_ASKED, "the code"),
                                Field.asked("recovery", "asks for a recovery code instead")),
                        Verb.action(
                                "deny",
                                one + "/deny",
                                "Refuses: what waits fails at once.",
                                new Field(
                                        "report",
                                        Field.Type.OFF,
                                        "says that this was not you: locks the device and alerts"))));
    }
}
