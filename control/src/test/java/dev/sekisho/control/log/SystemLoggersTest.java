package dev.sekisho.control.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class SystemLoggersTest {
    @Test
    void librariesFindOurProvider() {
        assertThat(LoggerFactory.getILoggerFactory()).isInstanceOf(SystemLoggers.class);
        assertThat(LoggerFactory.getLogger("org.example.Library").getName()).isEqualTo("org.example.Library");
        assertThat(LoggerFactory.getLogger("org.example.Library").isInfoEnabled())
                .as("libraries are heard from WARNING on")
                .isFalse();
    }
}
