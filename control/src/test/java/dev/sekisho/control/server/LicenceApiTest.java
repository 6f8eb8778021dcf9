package dev.sekisho.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LicenceApiTest {
    private static final Path PAGE = Path.of("..", "docs", "dependencies.md");
    private static final Set<String> SHIPPED = Set.of("At run time", "In the portal");
    private static final Set<String> NO_ROW = Set.of("dependency", "package", "---");

    /// The list in the jar is that of the page; when this fails, copy the first two columns.
    @Test
    void theListIsThatOfThePageOfDependencies() throws Exception {
        List<String> expected = new ArrayList<>();
        String part = "";
        for (String line : Files.readAllLines(PAGE)) {
            if (line.startsWith("#")) {
                part = line.replaceFirst("^#+ ", "");
            } else if (line.startsWith("| ") && SHIPPED.contains(part)) {
                String[] cells = line.split("\\|", -1);
                if (!NO_ROW.contains(cells[1].strip())) {
                    expected.add(cells[1].strip() + "\t" + cells[2].strip());
                }
            }
        }
        try (InputStream in = LicenceApi.class.getResourceAsStream("licences.tsv")) {
            assertThat(in).isNotNull();
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8).lines())
                    .containsExactlyElementsOf(expected);
        }
    }
}
