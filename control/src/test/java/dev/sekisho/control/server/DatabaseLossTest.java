package dev.sekisho.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sekisho.control.store.PostgresqlServer;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.web.Http;
import dev.sekisho.control.web.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The database stops, or has no room (faults F03 and F05): what can't be recorded is refused in plain words, what
/// holds goes on holding, and all is well again without anybody's hand.
@Tag("D01")
class DatabaseLossTest {
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    private static String role(String name) {
        return Json.text(Map.of("name", name, "permissions", List.of(), "parents", List.of()));
    }

    private static void until(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.call()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static void isUnavailable(Http answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(503);
        assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
        assertThat(answer.body()).contains("\"code\":\"unavailable\"").doesNotContainIgnoringCase("sql");
    }

    @Test
    @Tag("C09")
    void aStoppedPostgresqlIsWaitedForAndFoundAgain(@TempDir Path directory) throws Exception {
        TestDatabases.requireServer();
        try (PostgresqlServer database = PostgresqlServer.start()) {
            database.execute("CREATE DATABASE loss");
            try (ServerSite site = ServerSite.start(directory, Optional.of(database.url("loss")))) {
                Visitor admin = site.admin();
                admin.json("POST", "/roles", role("before"));
                database.stop();
                isUnavailable(admin.get("/roles"));
                isUnavailable(admin.call("POST", "/roles", role("meanwhile")));
                isUnavailable(site.visitor().login("admin", ServerSite.PASSWORD));
                assertThat(site.visitor().raw("GET", "/", "").status())
                        .as("pages come without the database")
                        .isIn(200, 404);
                database.restart();
                until("the pool finds the database", () -> admin.get("/roles").status() == 200);
                admin.json("POST", "/roles", role("after"));
                assertThat(admin.get("/roles").body())
                        .contains("\"before\"", "\"after\"")
                        .doesNotContain("meanwhile");
                assertThat(admin.get("/audit/verify").body()).contains("\"ok\":true");
            }
        }
    }

    @Test
    @Tag("C09")
    void aFullDiskRefusesChangesAndEndsNothing(@TempDir Path directory) throws Exception {
        Path disk = Files.createDirectory(directory.resolve("disk"));
        assumeTrue(mounted(disk), "a small disk takes root and the right to mount: not shown here");
        try {
            onSmallDisk(disk);
        } finally {
            run("umount", disk.toString());
        }
    }

    /// Whether a disk of a few MiB is there now; where tests must show everything, it has to be.
    private static boolean mounted(Path disk) throws IOException, InterruptedException {
        boolean root = ProcessOwner.isRoot();
        boolean done =
                root && run("mount", "-t", "tmpfs", "-o", "size=12m,mode=0700", "sekisho-test", disk.toString()) == 0;
        assertThat(done || !root || System.getenv("CI") == null)
                .as("a disk to fill")
                .isTrue();
        return done;
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    private static void onSmallDisk(Path disk) throws Exception {
        try (ServerSite site = ServerSite.start(disk)) {
            Visitor admin = site.admin();
            admin.json("POST", "/roles", role("before"));
            Path ballast = disk.resolve("ballast");
            fill(ballast);
            Http refused = refusal(admin);
            isUnavailable(refused);
            assertThat(refused.body()).contains("full");
            site.pass(Duration.ofMinutes(2));
            assertThat(admin.get("/roles").status())
                    .as("who is logged in stays")
                    .isEqualTo(200);
            assertThat(admin.get("/network/settings").status()).isEqualTo(200);
            Files.delete(ballast);
            until(
                    "there is room again",
                    () -> admin.call("POST", "/roles", role("after")).status() == 201);
            assertThat(admin.get("/roles").body()).contains("\"before\"", "\"after\"");
            assertThat(admin.get("/audit/verify").body()).contains("\"ok\":true");
        }
    }

    /// Writes until nothing fits any more; a few pages of the write-ahead log may.
    private static Http refusal(Visitor admin) throws IOException {
        for (int i = 0; ; i++) {
            Http answer = admin.call("POST", "/roles", role("meanwhile-" + i));
            if (answer.status() != 201) {
                return answer;
            }
            assertThat(i).as("the disk gets full").isLessThan(2_000);
        }
    }

    private static void fill(Path file) throws IOException {
        byte[] block = new byte[4096];
        try (OutputStream out = Files.newOutputStream(file)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("space");
        }
    }
}
