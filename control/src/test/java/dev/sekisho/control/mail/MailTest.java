package dev.sekisho.control.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.mail.MailSettings.Security;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is a mail server, an address, a letter.
@Tag("C07")
final class MailTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ops",
                "ops@",
                "@x.org",
                "a@x.org, b@x.org",
                "a@x.org\r\nBcc: b@x.org",
                "a b@x.org",
                "<a@x.org"
            })
    void isNoAddress(String text) {
        assertThatThrownBy(() -> Addresses.check("to", text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a@x.org", "Ops <ops@example.org>", "\"O, P\" <ops@example.org>", "root@localhost"})
    void isAnAddress(String text) {
        assertThat(Addresses.check("to", text).getAddress()).contains("@");
    }

    @Test
    void aPasswordIsNotSentInTheOpen() {
        assertThatThrownBy(() -> settings("mail.example.org", Security.NONE, Optional.of("pw")))
                .hasMessageContaining("protected");
        assertThat(settings("localhost", Security.NONE, Optional.of("pw")).host())
                .isEqualTo("localhost");
        assertThat(settings("mail.example.org", Security.STARTTLS, Optional.of("pw"))
                        .toString())
                .doesNotContain("pw");
    }

    @Test
    void aLettersTextIsNeverHtml() {
        Letter letter = Letter.of("a@x.org", "Hi\r\nBcc: x@x.org", "<script>alert(1)</script>")
                .button("Go & see", "https://x.org/?a=\"b\"&c");

        assertThat(letter.subject()).isEqualTo("Hi  Bcc: x@x.org");
        assertThat(letter.html())
                .doesNotContain("<script")
                .contains("&lt;script&gt;")
                .contains("Go &amp; see")
                .contains("href=\"https://x.org/?a=&quot;b&quot;&amp;c\"");
        assertThat(letter.text()).contains("https://x.org/?a=\"b\"&c");
    }

    @Test
    void aFileComesWithIt() {
        assertThat(new Letter("a@x.org", "s", List.of("t"), Optional.empty(), Optional.empty(), Optional.empty())
                        .attachment("lap.conf", "[Interface]")
                        .message()
                        .fields())
                .containsEntry("attachmentName", "lap.conf")
                .containsEntry("attachment", "[Interface]");
    }

    private static MailSettings settings(String host, Security security, Optional<String> password) {
        return new MailSettings(host, 25, security, Optional.of("user"), password, "sekisho@example.org");
    }
}
