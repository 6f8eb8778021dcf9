package dev.sekisho.control.factor;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Who must have a second factor, and of which kinds. Immutable; the body of requests.
///
/// @param scope `default`, `role:NAME` or `directory:ID`
/// @param required `always`, `privileged` (those who may manage, reveal or see everybody's) or `never`
/// @param kinds labels of [Kind]; one of them must be there
public record FactorPolicy(String scope, String required, List<String> kinds) {
    /// The scope of everybody.
    public static final String DEFAULT = "default";

    private static final String ROLE = "role:";

    private static final Pattern SCOPE = Pattern.compile("default|(?:role|directory):[^\\p{C}]{1,128}");

    /// For whom a second factor is required; each is stricter than the one before.
    enum Required {
        NEVER,
        PRIVILEGED,
        ALWAYS
    }

    /// Checks it.
    ///
    /// @throws IllegalArgumentException with a sentence
    public FactorPolicy {
        if (!SCOPE.matcher(scope).matches()) {
            throw new IllegalArgumentException("a scope is default, role:NAME or directory:ID");
        }
        requirement(required);
        if (kinds.isEmpty() || !kinds.stream().allMatch(kind -> Kind.of(kind).isPresent())) {
            throw new IllegalArgumentException("kinds are some of totp, passkey, recovery, email");
        }
        if (kinds.stream().allMatch(Kind.RECOVERY.label()::equals)) {
            throw new IllegalArgumentException("recovery codes are for when another kind is lost: name one more");
        }
        kinds = kinds.stream().distinct().sorted().toList();
    }

    /// What holds while nobody has said anything else.
    static FactorPolicy shipped() {
        return new FactorPolicy(
                DEFAULT, "privileged", List.of(Kind.TOTP.label(), Kind.PASSKEY.label(), Kind.RECOVERY.label()));
    }

    Required requirement() {
        return requirement(required);
    }

    /// The name of the role that it is for, if it is for one.
    Optional<String> role() {
        return scope.startsWith(ROLE) ? Optional.of(scope.substring(ROLE.length())) : Optional.empty();
    }

    /// The same for a role.
    FactorPolicy ofRole(String role) {
        return new FactorPolicy(ROLE + role, required, kinds);
    }

    Set<Kind> allowed() {
        Set<Kind> allowed = EnumSet.noneOf(Kind.class);
        kinds.forEach(label -> Kind.of(label).ifPresent(allowed::add));
        return allowed;
    }

    private static Required requirement(String text) {
        return Arrays.stream(Required.values())
                .filter(value -> value.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("required is always, privileged or never"));
    }
}
