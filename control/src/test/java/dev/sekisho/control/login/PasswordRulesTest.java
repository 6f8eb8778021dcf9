package dev.sekisho.control.login;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordRulesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "brown horse walks uphill",
                "                x",
                "pässwörter sind lang",
                "短い文をいくつか並べるだけで良いです",
                "correcthorsebatterystapler",
                "KX9#mQ2$vL7!"
            })
    void takesWhatIsLongAndNotCommon(String password) {
        assertThat(PasswordRules.objection("anna", password)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "short",
                "elevenchars",
                "aaaaaaaaaaaaaaaa",
                "abcabcabcabcabc",
                "passwordpassword",
                "123456789012",
                "abcdefghijklmnop",
                "987654321098",
                "password12345!",
                "Sunshine2026!!",
                "MICHELLE-------",
                "1q2w3e4r5t6y",
                "ｐａｓｓｗｏｒｄ１２３４５！"
            })
    void refusesWhatIsShortOrTriedFirst(String password) {
        assertThat(PasswordRules.objection("anna", password)).isPresent();
    }

    @Test
    void countsCharactersAndNotWhatTheyAreMadeOf() {
        assertThat(PasswordRules.objection("anna", "\uD83D\uDC0E".repeat(6))).isPresent();
        assertThat(PasswordRules.objection("anna", "kq".repeat(128) + "z")).isPresent();
        assertThat(PasswordRules.objection("anna", "k" + "q7rT".repeat(10) + "1x".repeat(100)))
                .isEmpty();
    }

    @Test
    void refusesTheUsersOwnName() {
        assertThat(PasswordRules.objection("Bartholomew", "bartholomew12")).isPresent();
        assertThat(PasswordRules.objection("Bartholomew", "BARTHOLOMEWbartholomew"))
                .isPresent();
        assertThat(PasswordRules.objection("al", "a longer text with al in it")).isEmpty();
    }

    @Test
    void theListIsSortedAndWhole() {
        assertThat(CommonPasswords.count()).isGreaterThan(50_000);
        assertThat(CommonPasswords.contains("password")).isTrue();
        assertThat(CommonPasswords.contains("michelle")).isTrue();
        assertThat(CommonPasswords.contains("brown horse walks uphill")).isFalse();
    }

    @Test
    void aHashSaysWhatItCostAndForeignOnesAreNeverRight() {
        String hash = Argon2.hash("brown horse", new Argon2.Cost(64, 1));
        assertThat(hash).startsWith("$argon2id$v=19$m=64,t=1,p=1$");
        assertThat(Argon2.isRight("brown horse", hash)).isTrue();
        assertThat(Argon2.isRight("brown horsf", hash)).isFalse();
        assertThat(Argon2.hash("brown horse", new Argon2.Cost(64, 1))).isNotEqualTo(hash);
        assertThat(Argon2.cost(hash)).isEqualTo(Optional.of(new Argon2.Cost(64, 1)));
        for (String foreign : new String[] {
            "",
            "brown horse",
            "$2a$10$abc",
            hash.replace("argon2id", "argon2i"),
            hash.replace("m=64", "m=9999999"),
            hash.replace("t=1", "t=0"),
            hash.replace("p=1", "p=2"),
            hash + "x"
        }) {
            assertThat(Argon2.isRight("brown horse", foreign)).as(foreign).isFalse();
        }
    }

    @Test
    void theCostIsWhatIsAskedForAtLeast() {
        assertThat(Argon2.Cost.STANDARD.memoryKib()).isGreaterThanOrEqualTo(19 * 1024);
        assertThat(Argon2.Cost.STANDARD.passes()).isGreaterThanOrEqualTo(2);
    }
}
