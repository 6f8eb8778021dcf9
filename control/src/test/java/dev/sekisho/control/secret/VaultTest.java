package dev.sekisho.control.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.state.StateException;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("S01")
class VaultTest {
    private static final Scope SCOPE = new Scope("secret", "01row", "sealed");
    private static final byte[] PLAIN = "correct horse".getBytes(StandardCharsets.UTF_8);
    private static final byte[] KEY = new byte[32];

    static {
        Arrays.fill(KEY, (byte) 7);
    }

    private final TestDatabase home = TestDatabases.sqlite();

    @AfterEach
    void close() {
        home.close();
    }

    private Path keyFile() {
        return home.directory().resolve("master.key");
    }

    @Test
    void whatIsSealedIsOpenedInItsPlaceAlsoAfterARestart() {
        byte[] sealed;
        try (SecretSite site = new SecretSite(home)) {
            sealed = site.vault.seal(SCOPE, PLAIN);
            assertThat(site.vault.open(SCOPE, sealed)).isEqualTo(PLAIN);
            assertThat(sealed).hasSize(PLAIN.length + Vault.OVERHEAD_BYTES);
            assertThat(site.vault.open(SCOPE, site.vault.seal(SCOPE, new byte[0])))
                    .isEmpty();
        }
        try (SecretSite site = new SecretSite(home)) {
            assertThat(site.vault.open(SCOPE, sealed)).isEqualTo(PLAIN);
        }
    }

    /// Threat C02.
    @Test
    void aSealedValueIsNothingInAnyOtherPlace() {
        try (SecretSite site = new SecretSite(home)) {
            byte[] sealed = site.vault.seal(SCOPE, PLAIN);
            for (Scope other : new Scope[] {
                new Scope("secret2", "01row", "sealed"),
                new Scope("secret", "02row", "sealed"),
                new Scope("secret", "01row", "sealed2"),
                new Scope("secret0", "1row", "sealed"),
                new Scope("sealed", "01row", "secret")
            }) {
                assertThatThrownBy(() -> site.vault.open(other, sealed))
                        .isInstanceOf(VaultException.class)
                        .hasMessageContaining("belongs elsewhere");
            }
        }
    }

    @Test
    void partsOfTwoSealedValuesDoNotGoTogether() {
        try (SecretSite site = new SecretSite(home)) {
            byte[] one = site.vault.seal(SCOPE, PLAIN);
            byte[] two = site.vault.seal(SCOPE, "another value".getBytes(StandardCharsets.UTF_8));
            for (int at : new int[] {21, 33, 81, 93}) {
                byte[] mixed = one.clone();
                System.arraycopy(two, at, mixed, at, two.length - at);
                assertThatThrownBy(() -> site.vault.open(SCOPE, mixed)).isInstanceOf(VaultException.class);
            }
        }
    }

    @Test
    void noBitOfASealedValueCanBeChangedAndNoEndBeCut() {
        try (SecretSite site = new SecretSite(home)) {
            byte[] sealed = site.vault.seal(SCOPE, PLAIN);
            for (int i = 0; i < sealed.length; i++) {
                byte[] changed = sealed.clone();
                changed[i] ^= 1;
                byte[] cut = Arrays.copyOf(sealed, i);
                assertThatThrownBy(() -> site.vault.open(SCOPE, changed)).isInstanceOf(VaultException.class);
                assertThatThrownBy(() -> site.vault.open(SCOPE, cut)).isInstanceOf(VaultException.class);
            }
        }
    }

    @Test
    void theSameValueNeverLooksTheSameTwice() {
        try (SecretSite site = new SecretSite(home)) {
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < 20_000; i++) {
                byte[] sealed = site.vault.seal(SCOPE, PLAIN);
                assertThat(seen.add(HexFormat.of().formatHex(sealed, 5, 33))).isTrue();
                assertThat(seen.add(HexFormat.of().formatHex(sealed, 81, 93))).isTrue();
            }
        }
    }

    @Test
    void theKeyIsMadeAtTheFirstStartForTheOwnerOnly() throws IOException {
        new SecretSite(home).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keyFile())))
                .isEqualTo("rw-------");
        assertThat(Base64.getDecoder().decode(Files.readString(keyFile()))).hasSize(32);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SEKISHO_ENCRYPTION_KEY", "MAMORI_ENCRYPTION_KEY"})
    void theKeyMayBeGivenAtTheFirstStartAndTakenAwayAfterwards(String variable) {
        byte[] sealed;
        try (SecretSite site =
                new SecretSite(home, Map.of(variable, HexFormat.of().formatHex(KEY)))) {
            sealed = site.vault.seal(SCOPE, PLAIN);
        }
        assertThat(keyFile()).hasContent(Base64.getEncoder().encodeToString(KEY));
        try (SecretSite site = new SecretSite(home)) {
            assertThat(site.vault.open(SCOPE, sealed)).isEqualTo(PLAIN);
        }
        new SecretSite(home, Map.of(variable, Base64.getEncoder().encodeToString(KEY))).close();
    }

    @Test
    void anotherKeyInTheEnvironmentIsRefusedLater() {
        new SecretSite(home).close();
        String other = Base64.getEncoder().encodeToString(KEY);
        assertThatThrownBy(() -> new SecretSite(home, Map.of("SEKISHO_ENCRYPTION_KEY", other)))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("SEKISHO_ENCRYPTION_KEY is not the key")
                .hasMessageNotContaining(other);
    }

    @Test
    void aMissingKeyIsAskedForAndTheRightOneIsTakenBack() throws IOException {
        byte[] sealed;
        try (SecretSite site = new SecretSite(home)) {
            sealed = site.vault.seal(SCOPE, PLAIN);
        }
        String right = Files.readString(keyFile());
        Files.delete(keyFile());
        assertThatThrownBy(() -> new SecretSite(home))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("master.key is missing");
        String wrong = Base64.getEncoder().encodeToString(KEY);
        assertThatThrownBy(() -> new SecretSite(home, Map.of("SEKISHO_ENCRYPTION_KEY", wrong)))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("not the one that the database was sealed with");
        assertThat(keyFile()).doesNotExist();
        try (SecretSite site = new SecretSite(home, Map.of("SEKISHO_ENCRYPTION_KEY", right))) {
            assertThat(site.vault.open(SCOPE, sealed)).isEqualTo(PLAIN);
        }
        assertThat(keyFile()).hasContent(right);
    }

    /// Threat C12: a database on a server of somebody else.
    @Test
    void aDatabaseWithAnotherInstallationsKeyOpensNothing() throws IOException {
        new SecretSite(home).close();
        Files.writeString(keyFile(), Base64.getEncoder().encodeToString(KEY));
        assertThatThrownBy(() -> new SecretSite(home))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("put the right one back");
    }

    @ParameterizedTest
    @ValueSource(strings = {"password", "AAAA", "zz", "000102030405060708090a0b0c0d0e0f"})
    void whatIsNoKeyIsRefusedAndNotRepeated(String text) {
        assertThatThrownBy(() -> new SecretSite(home, Map.of("SEKISHO_ENCRYPTION_KEY", text)))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("32 random bytes")
                .hasMessageNotContaining(text);
        assertThat(keyFile()).doesNotExist();
    }

    @Test
    void aKeyFileThatOthersMayReadIsRefused() throws IOException {
        new SecretSite(home).close();
        Files.setPosixFilePermissions(keyFile(), PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> new SecretSite(home))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("open to others");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AAAA", "!!!", "\u0000"})
    void aDamagedKeyFileIsRefused(String text) throws IOException {
        new SecretSite(home).close();
        Files.writeString(keyFile(), text);
        assertThatThrownBy(() -> new SecretSite(home))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("damaged");
    }
}
