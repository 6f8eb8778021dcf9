package dev.sekisho.control.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.policy.Grant;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.Subject;
import dev.sekisho.policy.User;
import dev.sekisho.policy.UserId;
import dev.sekisho.policy.Validity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// How long it may take, whoever asks.
class ReachDifferenceTest {
    private static final Instant NOW = Instant.parse("2026-01-05T10:00:00Z");

    /// One user and one resource, which grants open at as many moments to come.
    private static Policy policy(int grants) {
        ResourceId web = new ResourceId("web");
        Subject ann = new Subject.User(new UserId("ann"));
        List<Grant> all = new ArrayList<>(IntStream.range(0, grants)
                .mapToObj(i -> new Grant(new GrantId("g" + i), web, ann, false, false, from(NOW.plusSeconds(60L * i))))
                .toList());
        return new Policy(
                1,
                List.of(),
                List.of(new User(new UserId("ann"), List.of(), Set.of())),
                List.of(IpResource.parse(web, "10.0.0.0/24:1-1000/tcp")),
                all,
                List.of());
    }

    private static Validity from(Instant begin) {
        return new Validity(Optional.of(begin), Optional.of(begin.plusSeconds(30)), Optional.empty());
    }

    @Test
    void endsInTimeAlsoWithinOneResource() {
        int[] looks = {0};
        // Enough until the one resource is looked at.
        ReachDifference difference =
                new ReachDifference(PolicyPair.of(policy(0), policy(2_000)), NOW, () -> looks[0]++ > 8);
        ReachDifference.Found found = difference.find();
        assertThat(found.complete()).isFalse();
        assertThat(looks[0]).as("looked at again and again").isLessThan(20);
    }

    @Test
    void isWholeWhenThereIsTime() {
        ReachDifference.Found found =
                new ReachDifference(PolicyPair.of(policy(0), policy(50)), NOW, () -> false).find();
        assertThat(found.complete()).isTrue();
        assertThat(found.usersGaining()).isEqualTo(1);
    }
}
