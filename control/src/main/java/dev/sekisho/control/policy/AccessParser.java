package dev.sekisho.control.policy;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Grant;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.HandOff;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.PortSet;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.Subject;
import dev.sekisho.policy.Transport;
import dev.sekisho.policy.Validity;
import dev.sekisho.policy.WeeklySchedule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The lists `resources`, `grants` and `handoff`. One owner thread.
final class AccessParser {
    private static final Set<String> RESOURCE_KEYS = Set.of("name", "cidr", "ports", "protocol", "decoy");
    private static final Set<String> GRANT_KEYS =
            Set.of("name", "resource", "to", "mfa", "deny", "from", "until", "weekly", "comment");
    private static final Set<String> HANDOFF_KEYS = Set.of("resource", "ports");

    private final Problems problems;
    final Map<ResourceId, IpResource> resources = new HashMap<>();
    final List<IpResource> resourceOrder = new ArrayList<>();
    final List<Located<Grant>> grants = new ArrayList<>();
    final List<Located<HandOff>> handOffs = new ArrayList<>();
    private final Repeated<PortSet> portSets = new Repeated<>(Texts::ports);
    private final Repeated<Subject> subjects = new Repeated<>(Texts::subject);
    private final Repeated<WeeklySchedule> schedules = new Repeated<>(Texts::weekly);
    private final Set<GrantId> grantNames = new HashSet<>();
    private final Map<String, Integer> derivedNames = new HashMap<>();

    AccessParser(Problems problems) {
        this.problems = problems;
    }

    void resource(String path, YamlNode node) {
        Fields fields = Fields.of(node, path, RESOURCE_KEYS, problems);
        if (fields == null) {
            return;
        }
        ResourceId id = fields.required("name", ResourceId::new);
        Cidr block = fields.required("cidr", Texts::cidr);
        PortSet ports = fields.required("ports", portSets::of);
        Transport transport = fields.optional("protocol", Texts::transport).orElse(Transport.BOTH);
        boolean decoy = fields.optional("decoy", Texts::bool).orElse(false);
        if (id == null || block == null || ports == null) {
            return;
        }
        IpResource resource = new IpResource(id, block, ports, transport, decoy);
        if (resources.putIfAbsent(id, resource) != null) {
            fields.problem("name", "there is another resource '" + id + "'");
            return;
        }
        resourceOrder.add(resource);
    }

    void grant(String path, YamlNode node) {
        Fields fields = Fields.of(node, path, GRANT_KEYS, problems);
        if (fields == null) {
            return;
        }
        ResourceId resource = fields.required("resource", ResourceId::new);
        Subject to = fields.required("to", subjects::of);
        boolean deny = fields.optional("deny", Texts::bool).orElse(false);
        boolean mfa = fields.optional("mfa", Texts::bool).orElse(!(to instanceof Subject.Network));
        Validity validity = validity(fields);
        fields.optional("comment", Texts::comment);
        Optional<GrantId> given = fields.optional("name", GrantId::new);
        if (resource == null || to == null || validity == null) {
            return;
        }
        GrantId id = given.orElseGet(() -> derivedName(resource, to));
        if (!grantNames.add(id)) {
            fields.problem("name", "there is another grant '" + id + "'");
            return;
        }
        try {
            grants.add(new Located<>(fields.line(), path, new Grant(id, resource, to, deny, mfa, validity)));
        } catch (IllegalArgumentException e) {
            fields.problem("mfa", String.valueOf(e.getMessage()));
        }
    }

    private @Nullable Validity validity(Fields fields) {
        Optional<Instant> from = fields.optional("from", Texts::instant);
        Optional<Instant> until = fields.optional("until", Texts::instant);
        try {
            return new Validity(from, until, fields.optional("weekly", schedules::of));
        } catch (IllegalArgumentException e) {
            fields.problem("until", String.valueOf(e.getMessage()));
            return null;
        }
    }

    /// `resource/to#n`, the n-th without a name of its own between these two: other grants don't change it.
    private GrantId derivedName(ResourceId resource, Subject to) {
        String subject = switch (to) {
            case Subject.User user -> "user:" + user.id();
            case Subject.Role role -> "role:" + role.id();
            case Subject.Network network -> "network:" + network.block();
        };
        String pair = resource + "/" + subject;
        String name = pair + "#" + derivedNames.merge(pair, 1, Integer::sum);
        if (name.length() <= GrantId.MAX_CHARS) {
            return new GrantId(name);
        }
        String tail = "~" + Integer.toHexString(name.hashCode()) + name.substring(name.lastIndexOf('#'));
        return new GrantId(name.substring(0, GrantId.MAX_CHARS - tail.length()) + tail);
    }

    void handOff(String path, YamlNode node) {
        Fields fields = Fields.of(node, path, HANDOFF_KEYS, problems);
        if (fields == null) {
            return;
        }
        ResourceId resource = fields.required("resource", ResourceId::new);
        PortSet ports = fields.required("ports", portSets::of);
        if (resource != null && ports != null) {
            handOffs.add(new Located<>(fields.line(), path, new HandOff(resource, ports)));
        }
    }
}
