package dev.sekisho.control.policy;

import dev.sekisho.policy.Policy;
import java.io.Reader;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A policy file's text to its content, all problems at once. One owner thread, used once.
final class PolicyParser implements YamlSource.Visitor {
    private static final Set<String> GROUPS = Set.of("network", "mfa", "scan");
    private static final Set<String> LISTS = Set.of("roles", "users", "devices", "resources", "grants", "handoff");

    private final Problems problems;
    private final SettingsParser settings;
    private final PeopleParser people;
    private final AccessParser access;
    private @Nullable NetworkSection network;
    private MfaSection mfa = MfaSection.DEFAULT;
    private ScanSection scan = ScanSection.DEFAULT;
    private boolean hasNetwork;

    private PolicyParser(Path directory, Problems problems) {
        this.problems = problems;
        this.settings = new SettingsParser(directory, problems);
        this.people = new PeopleParser(problems);
        this.access = new AccessParser(problems);
    }

    /// What the text says, without the private key.
    ///
    /// @param people users and devices, with their secrets
    record Parsed(NetworkSection network, MfaSection mfa, ScanSection scan, PeopleParser people, Policy policy) {}

    /// @param directory where relative names of files start
    /// @throws PolicyFileException when anything is wrong
    static Parsed parse(Reader text, Path directory, long version, Problems problems) {
        PolicyParser parser = new PolicyParser(directory, problems);
        boolean done = false;
        try {
            YamlSource.read(text, parser, problems);
            Parsed parsed = parser.finish(version);
            done = true;
            return parsed;
        } finally {
            if (!done) {
                parser.people.wipe();
            }
        }
    }

    private Parsed finish(long version) {
        NetworkSection found = network;
        if (problems.isEmpty() && !hasNetwork) {
            problems.add(0, "network", "is missing");
        }
        if (found != null) {
            new CrossChecks(people, access, problems).run(found);
        }
        problems.throwIfAny();
        if (found == null) {
            throw new IllegalStateException("no network and no problem");
        }
        Policy policy = new Policy(
                version,
                people.roleOrder,
                people.userOrder,
                access.resourceOrder,
                values(access.grants),
                values(access.handOffs));
        return new Parsed(found, mfa, scan, people, policy);
    }

    private static <T> List<T> values(List<Located<T>> located) {
        return located.stream().map(Located::value).toList();
    }

    @Override
    public boolean section(String key, int line, boolean isList) {
        hasNetwork |= key.equals("network");
        if (GROUPS.contains(key)) {
            if (isList) {
                problems.add(line, key, "must be a group of keys, not a list");
            }
            return !isList;
        }
        if (!LISTS.contains(key)) {
            problems.add(
                    line,
                    key,
                    "is not known here; allowed are "
                            + String.join(", ", GROUPS.stream().sorted().toList()) + ", "
                            + String.join(", ", LISTS.stream().sorted().toList()));
            return false;
        }
        if (!isList) {
            problems.add(line, key, "must be a list");
        }
        return isList;
    }

    @Override
    public void value(String key, YamlNode value) {
        switch (key) {
            case "network" -> network = settings.network(value);
            case "mfa" -> mfa = settings.mfa(value);
            case "scan" -> scan = settings.scan(value);
            default -> throw new IllegalStateException(key);
        }
    }

    @Override
    public void item(String key, int index, YamlNode item) {
        String path = key + "[" + index + "]";
        switch (key) {
            case "roles" -> people.role(path, item);
            case "users" -> people.user(path, item);
            case "devices" -> people.device(path, item);
            case "resources" -> access.resource(path, item);
            case "grants" -> access.grant(path, item);
            case "handoff" -> access.handOff(path, item);
            default -> throw new IllegalStateException(key);
        }
    }
}
