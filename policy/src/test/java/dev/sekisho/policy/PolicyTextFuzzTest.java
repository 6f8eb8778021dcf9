package dev.sekisho.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.function.Function;

/// Any text is a value that survives printing, or refused with a sentence.
class PolicyTextFuzzTest {
    private static final ResourceId ID = new ResourceId("target");

    @FuzzTest
    void readsPortsAndNothingElse(byte[] input) {
        roundTrip(input, PortSet::parse, PortSet::toString);
    }

    @FuzzTest
    void readsSchedulesAndNothingElse(byte[] input) {
        roundTrip(
                input,
                text -> {
                    WeeklySchedule schedule = WeeklySchedule.parse(text);
                    assertThat(schedule.nextChange(Instant.EPOCH)).isAfter(Instant.EPOCH);
                    return schedule;
                },
                WeeklySchedule::toString);
    }

    @FuzzTest
    void readsBlocksAndNothingElse(byte[] input) {
        roundTrip(input, Cidr::parse, Cidr::toString);
        roundTrip(input, Cidr::parseExact, Cidr::toString);
    }

    @FuzzTest
    void readsTargetsAndNothingElse(byte[] input) {
        roundTrip(input, text -> IpResource.parse(ID, text), IpResource::shortForm);
    }

    private static <T> void roundTrip(byte[] input, Function<String, T> parse, Function<T, String> print) {
        T value;
        try {
            value = parse.apply(new String(input, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
            return;
        }
        String printed = print.apply(value);
        assertThat(parse.apply(printed)).isEqualTo(value);
        assertThat(print.apply(parse.apply(printed))).isEqualTo(printed);
    }
}
