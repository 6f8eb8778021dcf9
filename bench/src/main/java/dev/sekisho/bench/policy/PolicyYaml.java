package dev.sekisho.bench.policy;

import dev.sekisho.policy.Grant;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.Permission;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Role;
import dev.sekisho.policy.Subject;
import dev.sekisho.policy.User;
import java.util.Collection;
import java.util.stream.Collectors;

/// Writes a policy as the file that `sekisho up` reads.
public final class PolicyYaml {
    private final StringBuilder text = new StringBuilder();

    private PolicyYaml() {}

    /// The keys `roles`, `users`, `resources` and `grants`.
    ///
    /// @param moreUsers further lines of `users`
    public static String of(Policy policy, String moreUsers) {
        PolicyYaml yaml = new PolicyYaml();
        yaml.text.append("roles:\n");
        policy.roles().forEach(yaml::role);
        yaml.text.append("users:\n").append(moreUsers);
        policy.users().forEach(yaml::user);
        yaml.text.append("resources:\n");
        policy.resources().forEach(yaml::resource);
        yaml.text.append("grants:\n");
        policy.grants().forEach(yaml::grant);
        return yaml.text.toString();
    }

    private void role(Role role) {
        line("name: " + role.id() + ", roles: " + names(role.roles()));
    }

    private void user(User user) {
        String permissions =
                user.permissions().stream().map(Permission::label).collect(Collectors.joining(", ", "[", "]"));
        line("name: " + user.id() + ", roles: " + names(user.roles()) + ", permissions: " + permissions);
    }

    private void resource(IpResource resource) {
        line("name: " + resource.id() + ", cidr: \"" + resource.block() + "\", ports: \"" + resource.ports()
                + "\", protocol: " + resource.transport() + ", decoy: " + resource.decoy());
    }

    private void grant(Grant grant) {
        String to = switch (grant.to()) {
            case Subject.User user -> "user:" + user.id();
            case Subject.Role role -> "role:" + role.id();
            case Subject.Network network -> "network:" + network.block();
        };
        String weekly = grant.validity()
                .weekly()
                .map(schedule -> ", weekly: \"" + schedule + "\"")
                .orElse("");
        line("name: " + grant.id() + ", resource: " + grant.resource() + ", to: \"" + to + "\", mfa: " + grant.mfa()
                + ", deny: " + grant.deny() + weekly);
    }

    private void line(String fields) {
        text.append("  - {").append(fields).append("}\n");
    }

    private static String names(Collection<?> ids) {
        return ids.stream().map(Object::toString).collect(Collectors.joining(", ", "[", "]"));
    }
}
