package dev.sekisho.control.cli;

import dev.sekisho.control.cli.Verb.Kind;
import java.util.List;

/// Of the table [Nouns] who there is and how they come in: users, roles, directories, tokens, logins.
final class PeopleNouns {
    private static final Field ROLES = Field.list("roles", "names of roles, these and no others");

    private PeopleNouns() {}

    static List<Noun> all() {
        return List.of(user(), role(), directory(), serviceAccount(), token(), session());
    }

    private static Noun user() {
        Field display = Field.text("displayName", "the name for people");
        Field mail = Field.text("email", "their address");
        String one = "/users/{user}";
        return new Noun(
                "user",
                "People who log in.",
                "/users",
                true,
                List.of("name"),
                Nouns.words("name displayName state roles factorKinds lastLoginAt id"),
                List.of(
                        Verb.list(
                                "/users",
                                "Lists users.",
                                Nouns.Q,
                                Nouns.STATE,
                                Field.query("role", "only those with this role"),
                                Field.query("service", "true = only service accounts, false = only people")),
                        Verb.show(one, "Shows a user."),
                        Verb.create(
                                "/users",
                                "Makes a user; the answer has a one-time password unless --password asks for one.",
                                Field.text("name", "what they log in with"),
                                display,
                                mail,
                                ROLES,
                                new Field("password", Field.Type.ASKED_SECRET, "asks for a password"),
                                Field.text("directory", "where the password is checked, unless here")),
                        Verb.change(
                                Kind.PATCH,
                                one,
                                "Changes a user.",
                                Field.text("name", "another name"),
                                display,
                                mail,
                                ROLES),
                        Verb.delete(one, "Removes a user and all that is theirs."),
                        Verb.action("unlock", one + "/unlock", "Ends a lock-out before its time."),
                        Verb.action("disable", one + "/disable", "Ends a user's access at once."),
                        Verb.action("enable", one + "/enable", "Gives a user their access back."),
                        Verb.action(
                                        "reset-password",
                                        one + "/reset-password",
                                        "Gives a user a one-time password, on standard output.")
                                .showing("password"),
                        Verb.action("reset-factors", one + "/reset-factors", "Removes all second factors."),
                        Verb.list(
                                        one + "/resources",
                                        "Lists what a user may reach or request, and by what.",
                                        Nouns.Q,
                                        Nouns.ACCESS,
                                        Nouns.RESOURCE)
                                .named("reach"),
                        Verb.list("/users/{user}/factors", "Lists the second factors of a user.", Nouns.FACTOR_KIND)
                                .named("factors")));
    }

    private static Noun role() {
        Field[] fields = {
            Field.text("name", "its name"),
            Field.text("description", "what it is for"),
            Field.neededList("permissions", "what it may do, such as VIEW USERS"),
            Field.neededList("parents", "roles whose permissions it has too")
        };
        String one = "/roles/{role}";
        return new Noun(
                "role",
                "What users may do.",
                "/roles",
                false,
                List.of("name"),
                Nouns.words("name permissions parents members builtIn id"),
                List.of(
                        Verb.list(
                                "/roles",
                                "Lists roles.",
                                Nouns.Q,
                                Field.query("builtIn", "true = only those that are shipped, false = only others")),
                        Verb.show(one, "Shows a role."),
                        Verb.create("/roles", "Makes a role.", fields),
                        Verb.change(Kind.REPLACE, one, "Changes a role.", fields),
                        Verb.delete(one, "Removes a role."),
                        Verb.list(one + "/members", "Lists those who have it directly.", Nouns.Q)
                                .named("members"),
                        Verb.change(
                                        Kind.PUT,
                                        one + "/members",
                                        "Says who has it directly.",
                                        new Field("users", Field.Type.USERS, "these and no others"))
                                .named("set-members")));
    }

    private static Noun directory() {
        Field[] fields = {
            Field.text("name", "its name for people"),
            Field.text("kind", "ldap, oidc or saml; it stays"),
            new Field("enabled", Field.Type.ON, "whether people may log in by it"),
            new Field("settings", Field.Type.MAP, "such as baseDn=dc=example,dc=org; once for each, an empty one goes"),
            new Field(
                    "secretSettings",
                    Field.Type.SECRET_MAP,
                    "such as bindPassword or clientSecret; asks for its value"),
            new Field(
                    "settingsFile",
                    Field.Type.FILE_MAP,
                    "such as metadata=idp.xml, caPem=ca.pem or bindPassword=FILE; - is standard input"),
            new Field(
                    "groupRoles",
                    Field.Type.GROUP_MAP,
                    "such as engineers=engineer; once for each, without a role it goes")
        };
        String one = "/directories/{directory}";
        return new Noun(
                "directory",
                "Where people come from: LDAP, OpenID Connect, SAML.",
                "/directories",
                false,
                List.of("name"),
                Nouns.words("name kind enabled groupRoles id"),
                List.of(
                        Verb.list(
                                "/directories",
                                "Lists directories.",
                                Nouns.Q,
                                Field.query("kind", "only ldap, oidc or saml"),
                                Nouns.ENABLED),
                        Verb.show(one, "Shows a directory, without its secret."),
                        Verb.create("/directories", "Connects a directory.", fields)
                                .named("add"),
                        Verb.change(Kind.REPLACE, one, "Changes a directory; what is not named stays.", fields),
                        Verb.delete(one, "Disconnects a directory and disables its users.")
                                .named("remove"),
                        Verb.action(
                                "test",
                                one + "/test",
                                "Tries everything, step by step, up to the first that fails.",
                                Field.text("user", "looks somebody up (LDAP)"),
                                new Field(
                                        "password",
                                        Field.Type.ASKED_SECRET,
                                        "asks for their password and tries a login")),
                        Verb.show("/login/saml", "Shows what to enter at a SAML identity provider.")
                                .named("service-provider")));
    }

    private static Noun serviceAccount() {
        return new Noun(
                "service-account",
                "Programs that use the API by tokens.",
                "/service-accounts",
                false,
                List.of("name"),
                Nouns.words("name displayName roles disabled createdAt id"),
                List.of(
                        Verb.list(
                                "/service-accounts",
                                "Lists service accounts.",
                                Nouns.Q,
                                Nouns.STATE,
                                Field.query("role", "only those with this role")),
                        Verb.create(
                                "/service-accounts",
                                "Makes a service account.",
                                Field.text("name", "its name"),
                                Field.text("displayName", "the name for people"),
                                ROLES),
                        Verb.delete("/service-accounts/{account}", "Removes a service account and its tokens.")));
    }

    private static Noun token() {
        return new Noun(
                "token",
                "Tokens for the API.",
                "/tokens",
                false,
                List.of("name"),
                Nouns.words("name owner scopes expiresAt lastUsedAt id"),
                List.of(
                        Verb.list(
                                "/tokens",
                                "Lists tokens: one's own, or an owner's.",
                                new Field("owner", Field.Type.QUERY_USER, "a user or service account"),
                                Nouns.Q,
                                Field.query("scope", "only those with this scope, such as VIEW USERS")),
                        Verb.create(
                                        "/tokens",
                                        "Makes a token and prints it, this once.",
                                        Field.text("name", "what it is for"),
                                        new Field("owner", Field.Type.USER, "whose, unless one's own"),
                                        Field.neededList("scopes", "what it may do at most, such as VIEW USERS"),
                                        Field.text("expiresAt", "when it ends, as 2027-01-01T00:00:00Z"),
                                        Field.list("sources", "networks from which it may be used"))
                                .showing("secret"),
                        Verb.delete("/tokens/{token}", "Revokes a token.")));
    }

    private static Noun session() {
        return new Noun(
                "session",
                "Logins to the portal.",
                "/sessions",
                false,
                List.of(),
                Nouns.words("id method source place createdAt seenAt expiresAt userAgent"),
                List.of(
                        Verb.list(
                                "/sessions",
                                "Lists sessions: one's own, or a user's.",
                                new Field("user", Field.Type.QUERY_USER, "whose"),
                                Nouns.Q),
                        Verb.delete("/sessions/{session}", "Ends a session.").named("revoke")));
    }
}
