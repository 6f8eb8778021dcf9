package dev.sekisho.control.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {
    @ParameterizedTest
    @CsvSource({
        "postgres://ann:s3cret@db.example/sekisho, jdbc:postgresql://db.example/sekisho, ann, s3cret",
        "postgresql://ann:s3cret@db:5433/sekisho, jdbc:postgresql://db:5433/sekisho, ann, s3cret",
        "POSTGRES://ann:a%40b%3Ac%2Fd%25+e@db/x, jdbc:postgresql://db/x, ann, a@b:c/d%+e",
        "jdbc:postgresql://db/x?user=ann&password=s3cret, jdbc:postgresql://db/x, ann, s3cret",
        "jdbc:postgresql://ann:s3cret@db/x, jdbc:postgresql://db/x, ann, s3cret",
        "postgres://[fd00::1]:5432/x?user=ann&password=s3cret, jdbc:postgresql://[fd00::1]:5432/x, ann, s3cret",
        "'postgres://ann:s3cret@a:1,b:2/x?target_session_attrs=primary', 'jdbc:postgresql://a:1,b:2/x', ann, s3cret"
    })
    void bothFormsAreRead(String text, String jdbcUrl, String user, String password) {
        DatabaseUrl url = DatabaseUrl.parse(text);
        assertThat(url.jdbcUrl()).isEqualTo(jdbcUrl);
        assertThat(url.user()).contains(user);
        assertThat(url.password()).contains(password);
        assertThat(url.toString()).doesNotContain(password);
    }

    @Test
    void transportSettingsAreHandedOn() {
        assertThat(DatabaseUrl.parse("postgres://a@b/c?sslmode=verify-full&sslrootcert=/etc/ca.pem&application_name=x")
                        .settings())
                .containsEntry("sslmode", "verify-full")
                .containsEntry("sslrootcert", "/etc/ca.pem")
                .containsEntry("ApplicationName", "x")
                .hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "s3cret",
                "mysql://ann:s3cret@db/x",
                "postgres:ann:s3cret@db/x",
                "postgres://ann:s3cret@db",
                "postgres://ann:s3cret@db/",
                "postgres://ann:s3cret@/x",
                "postgres://ann:s3cret@:5432/x",
                "postgres://ann:s3cret@db/x/y",
                "postgres://ann:s3cret@db/x#s3cret",
                "postgres://ann:s3cret %@db/x",
                "postgres://ann:s3cret%zz@db/x",
                "jdbc:sqlite:s3cret",
                "jdbc:postgresql:x",
                "postgres://ann:s3cret@db/x?socketFactory=s3cret",
                "postgres://ann:s3cret@db/x?loggerFile=s3cret",
                "postgres://ann:s3cret@db/x?sslfactory=a&sslmode=require"
            })
    void whatIsNoneIsRefusedWithoutRepeatingIt(String text) {
        assertThatThrownBy(() -> DatabaseUrl.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .hasMessageContaining("database URL")
                .hasMessageNotContaining("s3cret");
    }
}
