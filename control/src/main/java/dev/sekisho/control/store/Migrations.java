package dev.sekisho.control.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/// Brings the schema up to date: `V007__name.sql` in the folder `migrations`, each run once, in order, by Flyway. What
/// is too different stands under one number in the folders of both databases.
///
/// At most starts there is nothing to do, and Flyway takes longer to load than all the rest of the database. So its
/// table of what was run is read first; only when that differs from the migrations in the program is Flyway loaded.
final class Migrations {
    private static final String PACKAGE = "dev/sekisho/control/store/";
    private static final String COMMON = "migrations/";
    private static final String FIRST = "migrations/V001__audit.sql";
    private static final Pattern NAME = Pattern.compile("V(\\d{1,6})__\\w+\\.sql");

    private final Pools pools;

    Migrations(Pools pools) {
        this.pools = pools;
    }

    /// What was to do.
    enum Outcome {
        /// Nothing; Flyway was not loaded.
        UP_TO_DATE,
        /// Some migrations.
        MIGRATED
    }

    /// Brings the schema up to date.
    ///
    /// @throws StoreException when it is newer than this program, was changed, or a migration fails
    Outcome run() {
        SortedMap<Integer, Integer> here = migrations(pools.dialect());
        SortedMap<Integer, Integer> there = history();
        if (!there.isEmpty() && there.lastKey() > here.lastKey()) {
            throw new StoreException(
                    StoreException.Kind.FAILED,
                    "the database belongs to a newer sekisho (its schema is " + there.lastKey()
                            + ", this program knows " + here.lastKey()
                            + "): start that version, or restore the backup from before the upgrade",
                    null);
        }
        if (here.equals(there)) {
            return Outcome.UP_TO_DATE;
        }
        try {
            flyway(pools).load().migrate();
        } catch (FlywayException e) {
            throw new StoreException(
                    StoreException.Kind.FAILED,
                    "the schema of the database can't be brought up to date; it is as before the step that failed",
                    e);
        }
        return Outcome.MIGRATED;
    }

    /// What runs the migrations of a database.
    static FluentConfiguration flyway(Pools pools) {
        Dialect dialect = pools.dialect();
        return Flyway.configure()
                .dataSource(pools.writers())
                .locations(folders(dialect).stream()
                        .map(folder -> "classpath:" + PACKAGE + folder.substring(0, folder.length() - 1))
                        .toArray(String[]::new))
                .placeholders(dialect.placeholders())
                .loggers("slf4j");
    }

    private static List<String> folders(Dialect dialect) {
        return List.of(COMMON, dialect.name().toLowerCase(Locale.ROOT) + "/");
    }

    /// The migrations that were run, with the checksums that Flyway noted; none when it never ran, or failed.
    private SortedMap<Integer, Integer> history() {
        SortedMap<Integer, Integer> found = new TreeMap<>();
        try (Connection connection = pools.writers().getConnection();
                Statement statement = connection.createStatement()) {
            if (!pools.dialect().hasTable(connection, "flyway_schema_history")) {
                return found;
            }
            try (ResultSet row = statement.executeQuery(
                    "SELECT version, checksum, success FROM flyway_schema_history WHERE version IS NOT NULL")) {
                while (row.next()) {
                    if (row.getBoolean("success")) {
                        found.put(Integer.valueOf(row.getString("version")), row.getInt("checksum"));
                    }
                }
            }
            return found;
        } catch (SQLException e) {
            throw pools.dialect().explain(e);
        }
    }

    /// The migrations in the program, with their checksums; of both databases under the same numbers.
    static SortedMap<Integer, Integer> migrations(Dialect dialect) {
        SortedMap<Integer, Integer> found = new TreeMap<>();
        try {
            for (String folder : folders(dialect)) {
                for (String name : names(folder)) {
                    Matcher matcher = NAME.matcher(name);
                    if (matcher.matches()) {
                        found.put(Integer.valueOf(matcher.group(1)), checksum(folder + name));
                    }
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException("the migrations in the program can't be read", e);
        }
    }

    private static List<String> names(String folder) throws IOException {
        URL first = Objects.requireNonNull(Migrations.class.getResource(FIRST), FIRST);
        if (first.openConnection() instanceof JarURLConnection jar) {
            // The class loader's own jar, which is open already and stays so.
            return jar.getJarFile().stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.startsWith(PACKAGE + folder))
                    .map(name -> name.substring((PACKAGE + folder).length()))
                    .toList();
        }
        try {
            Path common = Objects.requireNonNull(Path.of(first.toURI()).getParent());
            try (Stream<Path> files = Files.list(common.resolveSibling(folder))) {
                return files.map(file -> String.valueOf(file.getFileName())).toList();
            }
        } catch (URISyntaxException e) {
            throw new IOException("no folder: " + first, e);
        }
    }

    /// Flyway's checksum: CRC-32 over the lines without their ends.
    private static int checksum(String name) throws IOException {
        CRC32 crc = new CRC32();
        try (InputStream in = Objects.requireNonNull(Migrations.class.getResourceAsStream(name), name);
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                crc.update(line.getBytes(StandardCharsets.UTF_8));
            }
        }
        return (int) crc.getValue();
    }
}
