package dev.sekisho.control.secret;

import dev.sekisho.control.web.Access;
import dev.sekisho.control.web.Answer;
import dev.sekisho.control.web.Problem;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.control.web.ShortList;
import dev.sekisho.policy.Permission;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Secrets over REST. No answer but that of `reveal` holds a value.
public final class SecretApi {
    private static final int MAX_NAME = 100;
    private static final int MAX_TEXT = 2000;
    private static final int MAX_VALUE = 64 << 10;
    private static final int MAX_KEY = 100;

    private final Secrets secrets;
    private final KeyRotation rotation;
    private final InstallationKeys installation;

    public SecretApi(Secrets secrets, KeyRotation rotation, InstallationKeys installation) {
        this.secrets = secrets;
        this.rotation = rotation;
        this.installation = installation;
    }

    /// A secret without its value.
    ///
    /// @param lost whether the value was lost with the installation's key, and waits to be given again
    public record SecretView(
            String id,
            String name,
            String kind,
            String description,
            Instant createdAt,
            Instant changedAt,
            long version,
            boolean lost) {
        static SecretView of(Secret secret) {
            return new SecretView(
                    secret.id(),
                    secret.name(),
                    secret.kind().name().toLowerCase(Locale.ROOT),
                    secret.description(),
                    secret.createdAt(),
                    secret.changedAt(),
                    secret.version(),
                    secret.lost());
        }
    }

    /// A new secret.
    ///
    /// @param kind `database`, `ssh`, `desktop`, `key` or `text`
    public record NewSecret(String name, String kind, String value, Optional<String> description) {
        public NewSecret {
            check(name, kind, description);
            checkValue(value);
        }

        @Override
        public String toString() {
            return "NewSecret[" + name + "]";
        }
    }

    /// A changed secret.
    ///
    /// @param value without, the old one stays
    public record ChangedSecret(String name, String kind, Optional<String> value, Optional<String> description) {
        public ChangedSecret {
            check(name, kind, description);
            value.ifPresent(SecretApi::checkValue);
        }

        @Override
        public String toString() {
            return "ChangedSecret[" + name + "]";
        }
    }

    /// Why somebody wants to see a value.
    public record RevealRequest(String reason) {
        public RevealRequest {
            if (reason == null || reason.isBlank() || reason.length() > MAX_TEXT) {
                throw new IllegalArgumentException("say why you need it, in up to " + MAX_TEXT + " characters");
            }
        }
    }

    /// A value, to be taken from the screen in time.
    public record RevealView(String value, Instant expiresAt) {
        @Override
        public String toString() {
            return "RevealView[" + expiresAt + "]";
        }
    }

    /// A rotation that was begun.
    ///
    /// @param job the version of the new key
    public record RotationView(String job) {}

    /// The next key of the installation.
    ///
    /// @param key 32 bytes in base 64 or hexadecimal; without, the server makes one
    public record InstallationKeyChange(Optional<String> key) {
        public InstallationKeyChange {
            if (key.filter(text -> text.isBlank() || text.length() > MAX_KEY).isPresent()) {
                throw new IllegalArgumentException("key is no key: " + GivenKey.FORM);
            }
        }

        @Override
        public String toString() {
            return "InstallationKeyChange[hidden]";
        }
    }

    private static void check(String name, String kind, Optional<String> description) {
        if (name == null || name.isBlank() || name.length() > MAX_NAME || !name.equals(name.strip())) {
            throw new IllegalArgumentException("name is 1 to " + MAX_NAME + " characters without space around them");
        }
        if (name.codePoints().anyMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT)) {
            throw new IllegalArgumentException("name has characters that can't be seen");
        }
        if (kind == null || kind(kind).isEmpty()) {
            throw new IllegalArgumentException("kind is database, ssh, desktop, key or text");
        }
        if (description.filter(text -> text.length() > MAX_TEXT).isPresent()) {
            throw new IllegalArgumentException("description is " + MAX_TEXT + " characters at most");
        }
    }

    private static void checkValue(String value) {
        if (value == null || value.isEmpty() || value.length() > MAX_VALUE) {
            throw new IllegalArgumentException("value is 1 to " + MAX_VALUE + " characters");
        }
    }

    private static Optional<Secret.Kind> kind(String text) {
        return Arrays.stream(Secret.Kind.values())
                .filter(kind -> kind.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst();
    }

    private static Secrets.Description description(String name, String kind, Optional<String> text) {
        return new Secrets.Description(name, kind(kind).orElseThrow(), text.orElse(""));
    }

    /// All operations.
    public List<Route> routes() {
        return List.of(
                Route.get("/secrets", "List secrets")
                        .access(Permission.MANAGE_SECRETS)
                        .query("q", "part of name or description")
                        .query("kind", "database, ssh, desktop, key or text")
                        .pages(SecretView.class)
                        .by(this::list),
                Route.post("/secrets", "Keep a secret")
                        .access(Permission.MANAGE_SECRETS)
                        .body(NewSecret.class)
                        .answers(SecretView.class)
                        .by(this::add),
                Route.get("/secrets/{id}", "Describe a secret")
                        .access(Permission.MANAGE_SECRETS)
                        .answers(SecretView.class)
                        .by(request -> answer(request.path("id"))),
                Route.put("/secrets/{id}", "Change a secret")
                        .access(Permission.MANAGE_SECRETS)
                        .body(ChangedSecret.class)
                        .answers(SecretView.class)
                        .by(this::change),
                Route.delete("/secrets/{id}", "Remove a secret")
                        .access(Permission.MANAGE_SECRETS)
                        .by(request -> {
                            settle(secrets.remove(request.actor(), request.path("id")));
                            return Answer.none();
                        }),
                Route.post("/secrets/{id}/reveal", "Show a secret's value")
                        .access(Access.to(Permission.REVEAL_SECRET).withStepUp())
                        .body(RevealRequest.class)
                        .answers(RevealView.class)
                        .by(this::reveal),
                Route.post("/secrets/rotate-key", "Change the key of all secrets")
                        .access(Access.to(Permission.MANAGE_SETTINGS).withStepUp())
                        .answers(RotationView.class)
                        .by(request ->
                                Answer.accepted(new RotationView(String.valueOf(rotation.begin(request.actor()))))),
                Route.post(
                                "/secrets/rotate-installation-key",
                                "Change the installation's key, and the key of all secrets")
                        .access(Access.to(Permission.MANAGE_SETTINGS).withStepUp())
                        .body(InstallationKeyChange.class)
                        .answers(InstallationKeys.Changed.class)
                        .by(request -> Answer.of(installation.change(
                                request.actor(),
                                request.body(InstallationKeyChange.class).key()))));
    }

    private Object list(Request request) {
        List<String> kinds = Arrays.stream(Secret.Kind.values())
                .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                .toList();
        Optional<Secret.Kind> kind = ShortList.choice(request, "kind", kinds).flatMap(SecretApi::kind);
        return secrets.list(request.query("q"), kind, request.page()).map(SecretView::of);
    }

    private Answer answer(String id) {
        Secret secret = secrets.find(id).orElseThrow(SecretApi::missing);
        return Answer.of(SecretView.of(secret)).version(secret.version());
    }

    private static Problem missing() {
        return Problem.notFound("there is no such secret");
    }

    private Answer add(Request request) {
        NewSecret body = request.body(NewSecret.class);
        byte[] value = body.value().getBytes(StandardCharsets.UTF_8);
        try {
            Secret secret =
                    secrets.add(request.actor(), description(body.name(), body.kind(), body.description()), value);
            return Answer.created(Route.BASE + "/secrets/" + secret.id(), SecretView.of(secret))
                    .version(secret.version());
        } finally {
            Arrays.fill(value, (byte) 0);
        }
    }

    private Answer change(Request request) {
        ChangedSecret body = request.body(ChangedSecret.class);
        Optional<byte[]> value = body.value().map(text -> text.getBytes(StandardCharsets.UTF_8));
        try {
            settle(secrets.change(
                    request.actor(),
                    request.path("id"),
                    description(body.name(), body.kind(), body.description()),
                    value,
                    request.ifMatch()));
            return answer(request.path("id"));
        } finally {
            value.ifPresent(bytes -> Arrays.fill(bytes, (byte) 0));
        }
    }

    private static void settle(Secrets.Outcome outcome) {
        switch (outcome) {
            case DONE -> {}
            case MISSING -> throw missing();
            case STALE -> throw Problem.stale();
        }
    }

    private Answer reveal(Request request) {
        RevealRequest body = request.body(RevealRequest.class);
        Secrets.Revealed revealed = secrets.reveal(request.actor(), request.path("id"), body.reason())
                .orElseThrow(SecretApi::missing);
        try {
            return Answer.of(new RevealView(new String(revealed.value(), StandardCharsets.UTF_8), revealed.expiresAt()))
                    .header("Cache-Control", "no-store");
        } finally {
            Arrays.fill(revealed.value(), (byte) 0);
        }
    }
}
