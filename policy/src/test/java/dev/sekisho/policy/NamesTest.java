package dev.sekisho.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What all names have in common, and the records that carry them.
class NamesTest {
    private static final List<Function<String, Object>> KINDS =
            List.of(UserId::new, RoleId::new, ResourceId::new, GrantId::new, DeviceId::new);

    @ParameterizedTest
    @ValueSource(strings = {"a", "alice-laptop", "Zoë Müller", "部署", "a -> b", "\ud83d\ude00"})
    void acceptsWhatPeopleWrite(String name) {
        KINDS.forEach(kind -> assertThat(kind.apply(name)).hasToString(name).isEqualTo(kind.apply(name)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                " a",
                "a ",
                "a\nb",
                "a\r\nb",
                "a\tb",
                "a\u0000",
                "a\u001b[2J",
                "a\u202eb",
                "a\u2028b",
                "a\u2029b",
                "a\u200bb",
                "a\ud83d",
                "\ude00a",
                "a\ue000b",
                "a\u0085b",
                "\u2003a"
            })
    void refusesWhatCanForgeALine(String name) {
        KINDS.forEach(kind -> assertThatThrownBy(() -> kind.apply(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(" name has "));
    }

    @Test
    void hasALongestName() {
        String longest = "x".repeat(UserId.MAX_CHARS);
        KINDS.forEach(kind -> {
            assertThat(kind.apply(longest)).hasToString(longest);
            assertThatThrownBy(() -> kind.apply(longest + "x")).hasMessageContaining("1 to 128 characters");
        });
    }

    @Test
    void sortsByName() {
        assertThat(new GrantId("a")).isLessThan(new GrantId("b"));
        assertThat(new ResourceId("a")).isLessThan(new ResourceId("b"));
        assertThat(new UserId("a")).isLessThan(new UserId("b"));
        assertThat(new RoleId("a")).isLessThan(new RoleId("b"));
        assertThat(new DeviceId("a")).isLessThan(new DeviceId("b"));
    }

    @Test
    void nobodyInANetworkCanAnswerAChallenge() {
        Subject network = new Subject.Network(Cidr.parse("10.0.0.0/8"));
        Validity odd = new Validity(Optional.empty(), Optional.empty(), Optional.empty());
        assertThatThrownBy(() -> new Grant(new GrantId("g"), new ResourceId("r"), network, false, true, odd))
                .hasMessageContaining("second factor");
        assertThat(new Grant(new GrantId("g"), new ResourceId("r"), network, true, true, odd).deny())
                .isTrue();
    }
}
