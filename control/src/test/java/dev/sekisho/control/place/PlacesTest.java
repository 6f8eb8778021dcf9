package dev.sekisho.control.place;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlacesTest {
    private static final String HERE = "198.51.100.24";
    private static final int TRIALS = 2_000;

    /// Behind the head of a map and its key `city`.
    private static final int POINTS_AT_ITSELF = 6;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Path file;

    @SuppressWarnings("NullAway.Init")
    private Path scratch;

    @BeforeEach
    void prepare() throws IOException {
        file = directory.resolve("places.mmdb");
        scratch = Files.createDirectory(directory.resolve("state"));
    }

    private Places of(byte[] bytes) {
        Mmdb.write(file, bytes);
        return Places.open(file, scratch);
    }

    private Places of(Object record) {
        return of(new Mmdb(6, 24).put("198.51.100.0/24", record).bytes());
    }

    @ParameterizedTest
    @CsvSource({"4, 24", "4, 28", "4, 32", "6, 24", "6, 28", "6, 32"})
    void saysCityAndCountryOfAnAddress(int version, int recordBits) {
        Places places = of(new Mmdb(version, recordBits)
                .put("8.8.0.0/16", Mmdb.city("Springfield", "United States"))
                .put("198.51.100.0/24", Mmdb.city("Vienna", "Austria"))
                .bytes());
        assertThat(places.of(HERE)).contains("Vienna, Austria");
        assertThat(places.of("8.8.8.8")).contains("Springfield, United States");
        assertThat(places.of("9.9.9.9")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "198.51.100.24:51820",
                "2001:db8:1::7",
                "[2001:db8:1::7]",
                "[2001:db8:1::7]:51820",
                " 198.51.100.24 "
            })
    void takesAddressesAsTheyAreWrittenElsewhere(String address) {
        assertThat(of(Mmdb.vienna()).of(address)).contains("Vienna, Austria");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "[",
                "[]",
                ":",
                "::",
                "localhost",
                "example.org",
                "198.51.100.256",
                "1:2",
                "[::1",
                "%",
                "\u0000"
            })
    void whatIsNoAddressHasNoPlace(String text) {
        assertThat(of(Mmdb.vienna()).of(text)).isEmpty();
    }

    /// A file that tells of all addresses doesn't tell where a private network is.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.1",
                "172.16.0.1",
                "192.168.1.1",
                "127.0.0.1",
                "169.254.1.1",
                "100.64.0.1",
                "100.127.255.254",
                "0.0.0.0",
                "224.0.0.1",
                "::1",
                "fe80::1",
                "fe80::1%eth0",
                "fd00::1",
                "fc00::1",
                "::ffff:10.0.0.1",
                "ff02::1"
            })
    void privateAddressesHaveNoPlace(String address) {
        Object city = Mmdb.city("Vienna", "Austria");
        Places places =
                of(new Mmdb(6, 24).put("::/1", city).put("8000::/1", city).bytes());
        assertThat(places.of(address)).isEmpty();
        assertThat(places.of("100.63.0.1")).contains("Vienna, Austria");
        assertThat(places.of("100.128.0.1")).contains("Vienna, Austria");
    }

    @Test
    void readsTheLayoutsOfOthers() {
        assertThat(of(Map.of("country", Mmdb.city("x", "Austria").get("country")))
                        .of(HERE))
                .contains("Austria");
        assertThat(of(Map.of("country", Map.of("iso_code", "AT"))).of(HERE)).contains("AT");
        assertThat(of(Mmdb.ordered("city", "Vienna", "country", "AT")).of(HERE)).contains("Vienna, AT");
        assertThat(of(Mmdb.ordered("country", "AT", "country_name", "Austria")).of(HERE))
                .contains("Austria");
        assertThat(of(Mmdb.ordered("city", "Singapore", "country", "Singapore")).of(HERE))
                .contains("Singapore");
        assertThat(of(Map.of("autonomous_system_number", 64_500)).of(HERE)).isEmpty();
        assertThat(of(Map.of("city", Map.of("names", Map.of("de", "Wien")))).of(HERE))
                .isEmpty();
    }

    @Test
    void aDatabaseOfIpv4KnowsNoIpv6() {
        Places places = of(new Mmdb(4, 24)
                .put("198.51.100.0/24", Mmdb.city("Vienna", "Austria"))
                .bytes());
        assertThat(places.of("2001:db8:1::7")).isEmpty();
        assertThat(places.concern()).isEmpty();
    }

    /// Names go into mails and terminals.
    @Test
    void namesAreOneLineThatSteersNothing() {
        String name = "Vi\u001b[31men\r\nna\u202e x\u0000";
        assertThat(of(Mmdb.city(name, "Austria")).of(HERE)).contains("Vi [31men na x, Austria");
        assertThat(of(Mmdb.city("W".repeat(5_000), "Austria")).of(HERE))
                .contains("W".repeat(PlaceRecord.MAX_CHARS) + "…, Austria");
    }

    @Test
    void withoutADatabaseThereAreNoPlaces() {
        Places none = Places.none();
        none.reload();
        none.check();
        assertThat(none.of(HERE)).isEmpty();
        assertThat(none.concern()).isEmpty();
    }

    @Test
    void saysWhatIsWrongWithAFileThatCantBeUsed() throws IOException {
        assertThatThrownBy(() -> Places.open(file, scratch))
                .isInstanceOf(PlaceException.class)
                .hasMessageStartingWith(file + ": no such file");
        assertThatThrownBy(() -> Places.open(directory, scratch)).hasMessageContaining("is no file");
        assertThatThrownBy(() -> of(new byte[0])).hasMessageContaining("is no MaxMind DB");
        assertThatThrownBy(() -> of("not a database at all".getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("is no MaxMind DB");
        byte[] whole = Mmdb.vienna();
        assertThatThrownBy(() -> of(Arrays.copyOf(whole, whole.length / 2))).hasMessageContaining("not all of it");
        assertThatThrownBy(() -> of(Arrays.copyOfRange(whole, whole.length / 2, whole.length)))
                .as("without its tree")
                .hasMessageContaining("is damaged");
        assertThatThrownBy(() -> of(new Mmdb(6, 24)
                        .meta("binary_format_major_version", (short) 3)
                        .bytes()))
                .hasMessageContaining("version 3");
        assertThatThrownBy(
                        () -> of(new Mmdb(6, 24).meta("record_size", (short) 25).bytes()))
                .hasMessageContaining("is damaged");
        assertThatThrownBy(() -> of(new Mmdb(6, 24).meta("ip_version", "six").bytes()))
                .hasMessageContaining("is damaged");
        assertThatThrownBy(() ->
                        of(new Mmdb(6, 24).meta("languages", Mmdb.pointer(0)).bytes()))
                .as("metadata that points at itself")
                .hasMessageContaining("is damaged");
        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void theCopyHasNoNameAndIsNotOnTheHeap() throws IOException {
        Files.writeString(scratch.resolve(PlaceFile.COPY), "left by a crash");
        Places places = of(Mmdb.vienna());
        assertThat(scratch).isEmptyDirectory();
        assertThat(Files.readString(Path.of("/proc/self/maps")))
                .contains(scratch.resolve(PlaceFile.COPY) + " (deleted)");
        assertThat(places.of(HERE)).isPresent();
    }

    /// Of each the file opens and the address has a record.
    static Stream<Object> damagedRecords() {
        return Stream.of(
                "a text",
                7,
                List.of("Vienna"),
                Map.of("city", 7),
                Map.of("city", List.of("Vienna")),
                Map.of("city", Map.of("names", List.of("Vienna"))),
                Map.of("city", Map.of("names", Map.of("en", 7))),
                Map.of("city", Map.of("names", Map.of("en", Map.of("x", "y")))),
                Map.of("country", Map.of("iso_code", new byte[] {1})),
                Map.of("city", Map.of("names", Map.of("en", new Mmdb.Raw(new byte[] {0x41, (byte) 0xff})))),
                Mmdb.pointer(0),
                Map.of("city", Mmdb.pointer(POINTS_AT_ITSELF)),
                Map.of("skipped", Map.of("a", new Mmdb.Raw(new byte[] {(byte) 0xff, -1, -1, -1}))),
                Mmdb.pointer(2_000),
                new Mmdb.Raw(new byte[] {0, 0}),
                new Mmdb.Raw(new byte[] {(byte) 0xff, -1, -1, -1}));
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.MethodSource("damagedRecords")
    void aDamagedRecordIsNoPlace(Object record) {
        Places places = of(new Mmdb(6, 24)
                .put("198.51.100.0/24", record)
                .put("8.8.0.0/16", Mmdb.city("Springfield", "United States"))
                .bytes());
        assertThat(places.of(HERE)).isEmpty();
        assertThat(places.concern()).hasValueSatisfying(text -> assertThat(text).contains("damaged records"));
        assertThat(places.of("8.8.8.8")).as("others are as they were").contains("Springfield, United States");
    }

    /// The record of a node names a node above it.
    @Test
    void aTreeThatGoesInCirclesIsNoPlace() {
        byte[] bytes = new Mmdb(4, 24).put("198.51.100.0/24", "x").bytes();
        Arrays.fill(bytes, 0, 6, (byte) 0);
        assertThat(of(bytes).of(HERE)).isEmpty();
    }

    @Test
    void takesANewerFileOver() {
        Places places = of(Mmdb.vienna());
        Mmdb.write(
                file,
                new Mmdb(6, 24)
                        .put("198.51.100.0/24", Mmdb.city("Graz", "Austria"))
                        .bytes());
        assertThat(places.of(HERE)).as("not asked to look yet").contains("Vienna, Austria");
        places.check();
        assertThat(places.of(HERE)).contains("Graz, Austria");
        Mmdb.write(
                file,
                new Mmdb(6, 24)
                        .put("198.51.100.0/24", Mmdb.city("Linz", "Austria"))
                        .bytes());
        places.reload();
        assertThat(places.of(HERE)).contains("Linz, Austria");
    }

    @Test
    void aNewerFileThatCantBeUsedChangesNothing() throws IOException {
        Places places = of(Mmdb.vienna());
        Mmdb.write(file, "half".getBytes(StandardCharsets.UTF_8));
        places.check();
        assertThat(places.of(HERE)).contains("Vienna, Austria");
        assertThat(places.concern()).hasValueSatisfying(text -> assertThat(text).contains("is no MaxMind DB"));
        Files.delete(file);
        places.check();
        assertThat(places.concern()).hasValueSatisfying(text -> assertThat(text).contains("no such file"));
        assertThat(places.of(HERE)).contains("Vienna, Austria");
        Mmdb.write(file, Mmdb.vienna());
        places.check();
        assertThat(places.concern()).isEmpty();
    }

    /// Such as while the disk is full.
    @Test
    void aNewerFileThatCouldNotBeCopiedIsTriedAgain() throws IOException {
        Places places = of(Mmdb.vienna());
        Mmdb.write(
                file,
                new Mmdb(6, 24)
                        .put("198.51.100.0/24", Mmdb.city("Graz", "Austria"))
                        .bytes());
        Path aside = Files.move(scratch, directory.resolve("aside"));
        places.check();
        assertThat(places.concern()).isPresent();
        assertThat(places.of(HERE)).contains("Vienna, Austria");
        Files.move(aside, scratch);
        places.check();
        assertThat(places.concern()).isEmpty();
        assertThat(places.of(HERE)).contains("Graz, Austria");
    }

    /// `cp` writes into the file that is there: who has it mapped would be cut off by a signal.
    @Test
    void aFileThatIsCutWhileItIsUsedIsStillRead() throws IOException {
        Object city = Mmdb.city("Vienna", "Austria");
        Mmdb large = new Mmdb(6, 24).put("198.51.100.0/24", city);
        for (int i = 0; i < 2_000; i++) {
            large.put("20." + i / 250 + "." + i % 250 + ".0/24", city);
        }
        Places places = of(large.bytes());
        Files.write(file, new byte[0]);
        assertThat(places.of(HERE)).contains("Vienna, Austria");
        assertThat(places.of("20.7.249.1")).contains("Vienna, Austria");
    }

    @Test
    void noDamageHurtsMoreThanPlaces() throws IOException {
        byte[] whole = new Mmdb(6, 28)
                .put("198.51.100.0/24", Mmdb.city("Vienna", "Austria"))
                .put("2001:db8:1::/48", Map.of("city", Mmdb.pointer(0), "country", Mmdb.pointer(3)))
                .put("8.8.0.0/16", Mmdb.city("Springfield", "United States"))
                .bytes();
        SplittableRandom random = new SplittableRandom(Long.getLong("sim.seed", 1));
        byte[] address = new byte[16];
        int opened = 0;
        for (int trial = 0; trial < TRIALS; trial++) {
            byte[] damaged = whole.clone();
            // Mostly in what is behind the tree, which is most of this file.
            int from = trial % 4 == 0 ? 0 : damaged.length * 3 / 4;
            for (int i = 1 + random.nextInt(6); i > 0; i--) {
                damaged[from + random.nextInt(damaged.length - from)] = (byte) random.nextInt(256);
            }
            Mmdb.write(file, trial % 8 == 7 ? Arrays.copyOf(damaged, random.nextInt(damaged.length)) : damaged);
            try {
                Places places = Places.open(file, scratch);
                opened++;
                places.of(HERE).ifPresent(PlacesTest::isSound);
                places.of("8.8.8.8").ifPresent(PlacesTest::isSound);
                places.of("2001:db8:1::7").ifPresent(PlacesTest::isSound);
                random.nextBytes(address);
                places.of(InetAddress.getByAddress(address).getHostAddress()).ifPresent(PlacesTest::isSound);
            } catch (PlaceException e) {
                assertThat(e).as("trial %d", trial).hasMessageContaining(file.toString());
            }
        }
        assertThat(opened).as("databases that open in spite of it").isGreaterThan(TRIALS / 4);
        assertThat(scratch).isEmptyDirectory();
    }

    private static void isSound(String place) {
        assertThat(place.length()).isBetween(1, 2 * (2 * PlaceRecord.MAX_CHARS + 1) + 2);
        assertThat(place).doesNotContainPattern("\\p{Cntrl}");
    }
}
