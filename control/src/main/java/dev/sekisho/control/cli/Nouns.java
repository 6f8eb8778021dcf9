package dev.sekisho.control.cli;

import dev.sekisho.control.cli.Verb.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// The table of all things that the API has and the command line knows.
final class Nouns {
    static final Field Q = Field.query("q", "only those in which this stands");
    static final Field STATE = Field.query("state", "only those in this state");
    static final Field ENABLED = Field.query("enabled", "true = only those in use, false = only others");
    static final Field FACTOR_KIND = Field.query("kind", "only totp, passkey or recovery");
    static final Field ACCESS = Field.query(
            "access",
            "granted = what a grant names, also to forbid it or for other times; requestable = what to ask for");
    static final Field RESOURCE = new Field("resource", Field.Type.QUERY_RESOURCE, "only this one");
    private static final Field COMMENT = Field.text("comment", "what to remember of it");
    private static final Field DAYS = Field.query("days", "how many; 14 without");
    private static final Field REASON = Field.text("reason", "why");
    private static final Field MAIL = Field.flag("sendMail", "sends the configuration to the user by mail");

    private Nouns() {}

    static List<Noun> all() {
        return Stream.of(PeopleNouns.all(), things(), SettingsNouns.all(), OwnNouns.all())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Noun> things() {
        return List.of(device(), resource(), grant(), request(), secret(), alert(), audit(), flow());
    }

    static List<String> words(String text) {
        return Arrays.asList(text.split(" "));
    }

    private static Noun device() {
        String one = "/devices/{device}";
        Field key = Field.text("publicKey", "the device's own key; without, the server makes the pair");
        List<Verb> verbs = new ArrayList<>(List.of(
                Verb.list(
                        "/devices",
                        "Lists devices.",
                        Q,
                        STATE,
                        new Field("user", Field.Type.QUERY_USER, "only those of this user"),
                        Field.query("sort", "name, user, created, seen or traffic; -seen = the other way round")),
                Verb.show(one, "Shows a device."),
                Verb.create(
                                "/devices",
                                "Adds a device; its configuration goes to standard output, this once.",
                                Field.text("user", "whose it is"),
                                Field.text("name", "its name"),
                                key,
                                Field.list("addresses", "in the tunnel, instead of the next free ones"),
                                Field.flag("presharedKey", "with a preshared key"),
                                MAIL)
                        .showing("config"),
                Verb.change(
                        Kind.PATCH,
                        one,
                        "Renames a device, moves it, lets it expire.",
                        Field.text("name", "another name"),
                        Field.list("addresses", "in the tunnel"),
                        Field.text("expiresAt", "when it ends, as 2027-01-01T00:00:00Z"),
                        Field.flag("neverExpires", "takes the end away")),
                Verb.delete(one, "Removes a device."),
                Verb.action("lock", one + "/lock", "Locks a device: it passes nothing.", REASON),
                Verb.action("unlock", one + "/unlock", "Unlocks a device.", COMMENT)));
        verbs.add(Verb.action(
                        "link",
                        one + "/link",
                        "Gives a device another key; a link that hands its configuration out once goes to standard output.",
                        Field.number("lifeSeconds", "how long it waits, 300 to 604800; a day without"),
                        Field.flag("sendMail", "sends the link to the user by mail"))
                .showing("url"));
        verbs.add(
                Verb.list(one + "/links", "Lists the links of a device.", STATE).named("links"));
        verbs.add(Verb.delete("/device-links/{link}", "Takes a link back.").named("revoke-link"));
        verbs.add(
                Verb.list(one + "/locks", "Lists the locks that a device had.").named("locks"));
        verbs.add(Verb.action("approve", one + "/approve", "Lets a pending device in."));
        verbs.add(Verb.action("disable", one + "/disable", "Disables a device."));
        verbs.add(Verb.action("enable", one + "/enable", "Enables a device."));
        verbs.add(Verb.action("disconnect", one + "/disconnect", "Ends a device's session."));
        verbs.add(Verb.action(
                        "reset-key",
                        one + "/reset-key",
                        "Gives a device another key; its configuration goes to standard output, this once.",
                        key,
                        MAIL)
                .showing("config"));
        return new Noun(
                "device",
                "WireGuard clients.",
                "/devices",
                true,
                List.of("device", "name"),
                words("device user addresses state lastHandshakeAt flows id"),
                verbs);
    }

    private static Noun resource() {
        Field[] fields = {
            Field.text("name", "its name"),
            Field.text("cidr", "address or network"),
            Field.text("ports", "such as 443, 8000-8100 or *"),
            Field.text("protocol", "tcp, udp or both"),
            Field.flag("decoy", "who touches it is locked"),
            Field.text("description", "what it is"),
            Field.list("requestableBy", "roles that may request it"),
            Field.number("approvals", "how many have to approve a request"),
            Field.clearable("approverRole", "who has to approve"),
            Field.number("maxDurationSeconds", "longest access by request"),
            Field.text("ticketPattern", "what a request's ticket looks like; empty = none")
        };
        String one = "/resources/{resource}";
        return new Noun(
                "resource",
                "Networks and ports that access is granted to.",
                "/resources",
                true,
                List.of("name"),
                words("name cidr ports protocol decoy description id"),
                List.of(
                        Verb.list(
                                "/resources",
                                "Lists resources.",
                                Q,
                                Field.query("protocol", "tcp, udp or both"),
                                Field.query("decoy", "true = only decoys, false = none"),
                                Field.query("requestable", "true = only those that somebody may request"),
                                Field.query("sort", "name, address, protocol or created; -name = the other way round")),
                        Verb.show(one, "Shows a resource."),
                        Verb.create("/resources", "Makes a resource.", fields),
                        Verb.change(Kind.REPLACE, one, "Changes a resource.", fields),
                        Verb.delete(one, "Removes a resource and its grants."),
                        Verb.list(one + "/users", "Lists who was granted it.").named("users"),
                        Verb.list(
                                        "/resources/overlaps",
                                        "Lists resources that share destinations, two by two.",
                                        Field.query("resource", "only those of this one, by name"))
                                .named("overlaps"),
                        Verb.action(
                                "check",
                                "/resources/check",
                                "Looks at a target before it is used.",
                                Field.text("cidr", "address or network"),
                                Field.text("ports", "such as 443"),
                                Field.text("protocol", "tcp, udp or both"))));
    }

    private static Noun grant() {
        Field[] fields = {
            Field.text("resource", "what, by name"),
            Field.text("to", "user:NAME, role:NAME or network:CIDR"),
            Field.flag("deny", "forbids instead"),
            Field.flag("mfa", "whether a second factor is asked for"),
            Field.clearable("from", "first moment, as 2027-01-01T00:00:00Z"),
            Field.clearable("until", "last moment"),
            Field.clearable("weekly", "hours, as mon-fri 08:00-18:00 Europe/Vienna"),
            Field.number("durationSeconds", "instead of --until: how long"),
            new Field("for", Field.Type.SPAN, "the same in words, such as 90m, 2h or 7d"),
            new Field("noMfa", Field.Type.NO_MFA, "asks for no second factor"),
            COMMENT
        };
        String one = "/grants/{grant}";
        return new Noun(
                "grant",
                "Who may reach what.",
                "/grants",
                true,
                List.of(),
                words("resource to deny mfa from until weekly over id"),
                List.of(
                        Verb.list(
                                "/grants",
                                "Lists grants.",
                                Q,
                                new Field("user", Field.Type.QUERY_USER, "only those of this user"),
                                new Field("role", Field.Type.QUERY_ROLE, "only those of this role"),
                                new Field("resource", Field.Type.QUERY_RESOURCE, "only those of this resource"),
                                Field.query("over", "false = only those that hold or will")),
                        Verb.show(one, "Shows a grant."),
                        Verb.create("/grants", "Grants or forbids access.", fields),
                        Verb.create("/grants", "The same as create.", fields).named("add"),
                        Verb.change(Kind.REPLACE, one, "Changes a grant.", fields),
                        Verb.list(one + "/windows", "Lists when it holds in the days to come.", DAYS)
                                .named("windows"),
                        Verb.list(
                                        "/grants/windows",
                                        "Lists when a grant like this would hold, and makes none.",
                                        DAYS,
                                        Field.query("from", "first moment, as 2027-01-01T00:00:00Z"),
                                        Field.query("until", "last moment"),
                                        Field.query("weekly", "hours, as mon-fri 08:00-18:00 Europe/Vienna"),
                                        Field.query("durationSeconds", "instead of --until: how long"))
                                .named("preview-windows"),
                        Verb.delete(one, "Takes a grant back: what lives by it is cut at once."),
                        Verb.delete(one, "The same as delete.").named("revoke")));
    }

    private static Noun request() {
        String one = "/requests/{request}";
        return new Noun(
                "request",
                "Requests for access.",
                "/requests",
                true,
                List.of(),
                words("user resource state reason ticket durationSeconds openedAt accessUntil id"),
                List.of(
                        Verb.list(
                                "/requests", "Lists requests.", Q, STATE, Field.query("own", "true = only one's own")),
                        Verb.show(one, "Shows a request."),
                        Verb.list("/me/offers", "Lists what was denied to one's devices of late, and may be requested.")
                                .named("offers"),
                        Verb.create(
                                "/requests",
                                "Asks for access.",
                                Field.text("resource", "what, by name"),
                                REASON,
                                Field.text("ticket", "the ticket that it is for"),
                                Field.number("durationSeconds", "how long")),
                        Verb.action("approve", one + "/approve", "Approves a request.", COMMENT),
                        Verb.action("deny", one + "/deny", "Denies a request.", COMMENT),
                        Verb.action("cancel", one + "/cancel", "Takes a request back, or its access.")));
    }

    private static Noun secret() {
        Field name = Field.text("name", "its name");
        Field kind = Field.text("kind", "database, ssh, desktop, key or text");
        Field description = Field.text("description", "what it is for");
        String one = "/secrets/{secret}";
        return new Noun(
                "secret",
                "Passwords and keys that the server keeps. Values come from standard input or a hidden prompt.",
                "/secrets",
                false,
                List.of("name"),
                words("name kind description changedAt id"),
                List.of(
                        Verb.list(
                                "/secrets",
                                "Lists secrets, without their values.",
                                Q,
                                Field.query("kind", "only database, ssh, desktop, key or text")),
                        Verb.show(one, "Describes a secret."),
                        Verb.create(
                                "/secrets",
                                "Keeps a secret.",
                                name,
                                kind,
                                description,
                                new Field("value", Field.Type.SECRET, "the value")),
                        Verb.change(
                                Kind.REPLACE,
                                one,
                                "Changes a secret.",
                                name,
                                kind,
                                description,
                                new Field("value", Field.Type.ASKED_SECRET, "asks for another value")),
                        Verb.delete(one, "Removes a secret."),
                        Verb.action("reveal", one + "/reveal", "Shows the value, on standard output.", REASON)
                                .showing("value"),
                        Verb.action("rotate-key", "/secrets/rotate-key", "Changes the key of all secrets."),
                        Verb.action(
                                "rotate-installation-key",
                                "/secrets/rotate-installation-key",
                                "Changes the installation's key (master.key), and the key of all secrets with it.",
                                new Field(
                                        "key",
                                        Field.Type.ASKED_SECRET,
                                        "asks for the new key, or reads it from standard input: for servers that"
                                                + " SEKISHO_ENCRYPTION_KEY gives it to"))));
    }

    private static Noun alert() {
        Field[] fields = {
            Field.text("name", "its name"),
            Field.text("kind", "email, http, slack, ntfy or syslog"),
            new Field("settings", Field.Type.MAP, "such as to=ops@example.org; once for each"),
            new Field("secretSettings", Field.Type.SECRET_MAP, "such as url or token; asks for its value"),
            Field.neededList("events", "such as device.locked, device.* or *"),
            new Field("enabled", Field.Type.ON, "whether it is in use")
        };
        String one = "/alert-channels/{channel}";
        return new Noun(
                "alert",
                "Channels that tell what happens.",
                "/alert-channels",
                false,
                List.of("name"),
                words("name kind enabled events settings id"),
                List.of(
                        Verb.list(
                                "/alert-channels",
                                "Lists channels.",
                                Q,
                                Field.query("kind", "only email, http, slack, ntfy or syslog"),
                                ENABLED),
                        Verb.show(one, "Shows a channel."),
                        Verb.create("/alert-channels", "Adds a channel.", fields),
                        Verb.change(Kind.REPLACE, one, "Changes a channel.", fields),
                        Verb.delete(one, "Removes a channel."),
                        Verb.action("test", one + "/test", "Sends a test at once."),
                        Verb.list("/alert-deliveries", "Lists what was sent, waits or was given up.", STATE)
                                .named("deliveries"),
                        Verb.action("retry", "/alert-deliveries/{delivery}/retry", "Tries a delivery again.")));
    }

    private static Noun flow() {
        Field[] filters = {
            Field.query("from", "the first moment, as 2027-01-01T00:00:00Z"),
            Field.query("to", "the moment after the last"),
            Field.query("device", "only those of this device, USER/NAME"),
            Field.query("resource", "only those to this resource"),
            Field.query("grant", "only those by this grant"),
            Field.query("destination", "only those to this address or block, such as 10.0.1.0/24"),
            Field.query("port", "only those to this port"),
            Field.query("protocol", "tcp, udp, icmp, icmp6 or a number"),
            Field.query("verdict", "allowed, handed-off or denied"),
            Field.query("minBytes", "only those with so many bytes or more")
        };
        Field[] ofOthers = Arrays.copyOf(filters, filters.length + 1);
        ofOthers[filters.length] = Field.query("user", "only those of this user");
        return new Noun(
                "flow",
                "Flows that have ended, and attempts that were refused.",
                "/flows/log",
                false,
                List.of(),
                words("at user device source destination protocol verdict resource bytesToTarget bytesToDevice reason"),
                List.of(
                        Verb.list(
                                        "/flows/log",
                                        "Searches the flow log of the node that answers, newest first.",
                                        ofOthers)
                                .named("search"),
                        Verb.list("/me/flows/log", "Searches my own flows.", filters)
                                .named("mine"),
                        Verb.list(
                                        "/flows/series",
                                        "Lists flows, refusals and bytes over time, of the node that answers.",
                                        Field.query("from", "the first moment; a day before the last without"),
                                        Field.query("to", "the moment after the last; now without"),
                                        Field.query("step", "minutes of a line; about 120 lines without"))
                                .named("series"),
                        Verb.show("/flows/log/settings", "Shows how much of the flow log is kept.")
                                .named("settings"),
                        Verb.change(
                                        Kind.REPLACE,
                                        "/flows/log/settings",
                                        "Says how much of the flow log each node keeps.",
                                        Field.number("days", "days, today included"),
                                        Field.number("maxBytes", "bytes of all files; beyond, the oldest go"))
                                .named("keep")));
    }

    private static Noun audit() {
        return new Noun(
                "audit",
                "The audit log.",
                "/audit",
                true,
                List.of(),
                words("seq at actor via source action target"),
                List.of(
                        Verb.list(
                                        "/audit",
                                        "Searches the audit log, the newest first.",
                                        Field.query("actor", "who, exactly"),
                                        Field.query("action", "what, or how it begins, such as user."),
                                        Field.query("target", "to whom or what, exactly"),
                                        Field.query("from", "the first moment, as 2027-01-01T00:00:00Z"),
                                        Field.query("to", "the moment after the last"),
                                        Q)
                                .named("search"),
                        Verb.list(
                                        "/audit/checkpoints",
                                        "Lists signed checkpoints.",
                                        Field.query("from", "signed at this moment or later"),
                                        Field.query("to", "signed before this moment"))
                                .named("checkpoints"),
                        Verb.show("/audit/checkpoint", "Shows what the log is now, signed.")
                                .named("checkpoint"),
                        Verb.show("/audit/checkpoint", "Prints the log's public key, which audit verify needs.")
                                .named("key")
                                .showing("key"),
                        Verb.show("/audit/{seq}/proof", "Proves that a record is in the log.")
                                .named("proof"),
                        Verb.show(
                                        "/audit/consistency",
                                        "Proves that the log was only appended to.",
                                        Field.query("first", "records of the older log"),
                                        Field.query("second", "records of the newer log"))
                                .named("consistency")));
    }
}
