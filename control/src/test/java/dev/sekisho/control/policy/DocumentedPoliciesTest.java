package dev.sekisho.control.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the documentation shows is a policy file that works as it stands.
class DocumentedPoliciesTest {
    private static final Path DOCS = Path.of("..", "docs");
    private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

    @TempDir
    private Path folder = Path.of("");

    static Stream<String> documented() throws IOException {
        StringBuilder pages = new StringBuilder();
        for (String page : List.of("network.md", "policy-file.md")) {
            pages.append(Files.readString(DOCS.resolve(page)));
        }
        return YAML.matcher(pages).results().map(match -> match.group(1)).toList().stream();
    }

    @ParameterizedTest
    @MethodSource("documented")
    void isAcceptedWithoutAWarning(String yaml) throws IOException {
        Path file = folder.resolve("policy.yaml");
        Files.writeString(file, yaml);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

        try (PolicyFile.Content content = new PolicyFile(file).read(1)) {
            assertThat(content.warnings()).isEmpty();
            assertThat(content.policy().grants()).isNotEmpty();
        }
    }
}
