package dev.sekisho.control.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.sekisho.control.resource.Resource;
import dev.sekisho.control.resource.ResourceDraft;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.PortSet;
import dev.sekisho.policy.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Resources as files, by the API, over HTTP on loopback.
@Tag("R01")
@Timeout(120)
class ResourceTransferTest {
    private static final String ADMIN = "root-of-all|VIEW NETWORK,MANAGE RESOURCES";
    private static final String CSV = "text/csv";
    private static final String JSON = "application/json";

    private final NetworkKit kit = new NetworkKit(TestDatabases.sqlite());

    @BeforeEach
    void serve() {
        kit.role("staff");
        kit.role("a;b\\c", "staff");
        kit.user("root-of-all");
        kit.serve(List.of());
    }

    @AfterEach
    void close() throws Exception {
        kit.close();
    }

    private NetworkKit.Reply send(String query, String type, String body) {
        return kit.send(ADMIN, "POST", "/resources/import" + query, Optional.of(body), Map.of("Content-Type", type));
    }

    private static long number(NetworkKit.Reply reply, String field) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.json().get(field).getAsLong();
    }

    private static List<String> errors(NetworkKit.Reply reply) {
        return reply.json().getAsJsonArray("errors").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .map(error ->
                        error.get("line").getAsInt() + " " + error.get("field").getAsString())
                .toList();
    }

    private String all() {
        return kit.get(ADMIN, "/resources?limit=500").json().getAsJsonArray("items").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .peek(item -> List.of("id", "createdAt", "version", "hints").forEach(item::remove))
                .map(JsonObject::toString)
                .collect(Collectors.joining("\n"));
    }

    private void odd() {
        List.of("=cmd|' /C calc'!A0", "+1", "'=quoted", "'plain", "a,b;\"c\"", "\u6771\u4eac", "-x")
                .forEach(name -> kit.resources.create(
                        kit.actor("root-of-all"),
                        new ResourceDraft(
                                name,
                                new Resource.Target(
                                        Cidr.parse("fd00::/64"), PortSet.parse("0,22-25,443"), Transport.UDP, false),
                                "@two\nlines,\t\"" + name,
                                List.of("staff", "a;b\\c"),
                                3,
                                Optional.of("a;b\\c"),
                                Duration.ofMinutes(7),
                                "A,B;\"\\d+")));
        kit.resources.create(
                kit.actor("root-of-all"),
                new ResourceDraft(
                        "plain",
                        new Resource.Target(Cidr.parse("10.0.0.0/8"), PortSet.ALL, Transport.BOTH, true),
                        "",
                        List.of(),
                        1,
                        Optional.empty(),
                        Duration.ofHours(8),
                        ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"csv", "json"})
    void whatIsExportedIsImportedExactly(String format) {
        odd();
        String type = format.equals("csv") ? CSV : JSON;
        String before = all();
        NetworkKit.Reply file = kit.get(ADMIN, "/resources/export?format=" + format);
        assertThat(file.status()).isEqualTo(200);
        NetworkKit.Reply again = send("", type, file.text());
        assertThat(number(again, "unchanged")).as(again.text()).isEqualTo(8);
        assertThat(number(again, "created") + number(again, "changed")).isZero();
        kit.sql("DELETE FROM resource");
        assertThat(number(send("", type, file.text()), "created")).isEqualTo(8);
        assertThat(all()).isEqualTo(before);
        assertThat(kit.get(ADMIN, "/resources/export?format=" + format).text()).isEqualTo(file.text());
    }

    @Test
    void noCellOfAnExportRunsInASpreadsheet() {
        odd();
        assertThat(kit.get(ADMIN, "/resources/export").text())
                .contains("\n'=cmd")
                .contains("\n'+1,")
                .contains("\n''=quoted,")
                .contains("\n'plain,")
                .doesNotContainPattern("[,\n]\"?[=+@-]");
    }

    @Test
    void anExportHonoursTheFiltersOfTheList() {
        odd();
        assertThat(kit.get(ADMIN, "/resources/export?decoy=true").text().lines().count())
                .isEqualTo(2);
        assertThat(kit.get(ADMIN, "/resources/export?format=json&q=cmd")
                        .text()
                        .lines()
                        .count())
                .isEqualTo(3);
        assertThat(kit.get(ADMIN, "/resources/export?format=xml").status()).isEqualTo(400);
    }

    @Test
    void aDryRunTellsEverythingAndDoesNothing() {
        send("", CSV, "name,cidr,ports\nweb,10.0.1.0/24,443\nold,10.0.2.0/24,22\n");
        List<String> recorded = kit.audit();
        NetworkKit.Reply plan = send(
                "?dryRun=true",
                CSV,
                "name,cidr,ports\nnew,10.0.3.1,80\nWEB,10.0.1.0/24,\"443,8443\"\nold,10.0.2.0/24,22\n");
        assertThat(number(plan, "created")).isEqualTo(1);
        assertThat(number(plan, "changed")).isEqualTo(1);
        assertThat(number(plan, "unchanged")).isEqualTo(1);
        assertThat(plan.json().getAsJsonArray("items").get(1).toString())
                .isEqualTo("{\"line\":3,\"name\":\"WEB\",\"action\":\"change\",\"opens\":\"10.0.1.0/24:443,8443\","
                        + "\"changes\":[{\"field\":\"name\",\"before\":\"web\",\"after\":\"WEB\"},"
                        + "{\"field\":\"ports\",\"before\":\"443\",\"after\":\"443,8443\"}]}");
        assertThat(kit.audit()).isEqualTo(recorded);
        assertThat(kit.get(ADMIN, "/resources").json().get("total").getAsInt()).isEqualTo(2);
    }

    @Test
    void everyErrorIsToldByLineAndFieldAndNothingIsDone() {
        String file = """
                name,cidr,ports,protocol,decoy,requestableBy,approvals,maxDurationSeconds,ticketPattern
                good,10.0.0.1,443,tcp,false,staff,1,3600,
                ,10.0.0.1,443,,,,,,
                x,010.0.0.1,80-70,sctp,perhaps,staff;nobody,0,-1,(
                GOOD,10.0.0.1,443,,,,,,
                y,10.0.0.1
                z,10.0.0.1,443,,,,11,99999999999999999,
                """;
        List<String> wanted = List.of(
                "6 ",
                "3 name",
                "4 cidr",
                "4 ports",
                "4 protocol",
                "4 decoy",
                "4 requestableBy",
                "4 approvals",
                "4 maxDurationSeconds",
                "4 ticketPattern",
                "5 name",
                "7 approvals",
                "7 maxDurationSeconds");
        NetworkKit.Reply plan = send("?dryRun=true", CSV, file);
        assertThat(errors(plan)).containsExactlyElementsOf(wanted);
        NetworkKit.Reply refused = send("", CSV, file);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).contains("line 4, requestableBy").contains("there is no role 'nobody'");
        assertThat(kit.get(ADMIN, "/resources").json().get("total").getAsInt()).isZero();
        assertThat(kit.audit()).noneMatch(line -> line.contains("resource."));
    }

    @Test
    void whatAFileDoesNotSayStays() {
        odd();
        String before = all();
        assertThat(number(send("", CSV, "name,description\nplain,about it\n"), "changed"))
                .isEqualTo(1);
        assertThat(all())
                .isEqualTo(before.replace(
                        "\"decoy\":true,\"description\":\"\"", "\"decoy\":true,\"description\":\"about it\""));
        assertThat(errors(send("?dryRun=true", CSV, "name,description\nunheard of,x\n")))
                .containsExactly("2 cidr", "2 ports");
        assertThat(number(
                        send("", JSON, "{\"items\":[{\"name\":\"plain\",\"requestableBy\":[\"staff\"]}]}"), "changed"))
                .isEqualTo(1);
    }

    @Test
    void anImportIsRecordedAsAWholeAndByResource() {
        send("", CSV, "name,cidr,ports\na,10.0.0.1,1\nb,10.0.0.2,1\n");
        send("", CSV, "name,cidr,ports\na,10.0.0.9,1\nc,10.0.0.3,1\n");
        assertThat(kit.audit())
                .containsSequence(
                        "root-of-all resource.created a",
                        "root-of-all resource.created b",
                        "root-of-all resource.imported ",
                        "root-of-all resource.changed a",
                        "root-of-all resource.created c",
                        "root-of-all resource.imported ");
        assertThat(kit.details()).last().asString().contains("\"created\":1").contains("\"changed\":1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/csv         | ''                                          | 1 | empty",
                "text/csv         | 'cidr,ports'                                | 1 | name among them",
                "text/csv         | 'name,port'                                 | 1 | no such column",
                "text/csv         | 'name,name'                                 | 1 | twice",
                "application/json | '[]'                                        | 1 | items",
                "application/json | '{\"items\":[{\"name\":\"a\",\"name\":\"b\"}]}' | 1 | JSON",
                "application/json | '{\"items\":[{\"name\":{}}]}'               | 1 | a field is",
                "application/json | '{\"items\":[]} x'                          | 1 | JSON",
                "application/json | '{\"items\":[],\"more\":1}'                 | 1 | nothing stands behind",
            })
    void whatIsNoFileOfResourcesIsRefusedWithItsLine(String type, String body, int line, String sentence) {
        NetworkKit.Reply plan = send("?dryRun=true", type, body);
        assertThat(plan.status()).as(plan.text()).isEqualTo(200);
        JsonObject error = plan.json().getAsJsonArray("errors").get(0).getAsJsonObject();
        assertThat(error.get("line").getAsInt()).isEqualTo(line);
        assertThat(error.get("message").getAsString()).contains(sentence);
        assertThat(send("", type, body).status()).isEqualTo(400);
    }

    @Test
    void jsonIsStrictAboutTypesAndTellsTheLine() {
        NetworkKit.Reply plan = send("?dryRun=true", JSON, """
                {"items":[
                {"name":"a","cidr":"10.0.0.1","ports":443},
                {"name":"b","cidr":"10.0.0.1","ports":"443","approvals":"2","colour":"red"}]}
                """);
        assertThat(errors(plan)).contains("2 ports", "3 approvals", "3 ");
    }

    @Test
    void aFileOfMistakesEndsAfterAThousand() {
        NetworkKit.Reply plan = send("?dryRun=true", CSV, "name\n" + "x,y\n".repeat(2_000));
        assertThat(plan.json().get("errorCount").getAsInt()).isEqualTo(1_001);
        assertThat(plan.text().length()).isLessThan(1 << 20);
        NetworkKit.Reply wide = send("?dryRun=true", CSV, "name" + ",".repeat(100) + "\nx\n");
        assertThat(wide.text()).contains("more than 64 columns");
    }

    @Test
    void limitsHold() {
        String many = "name\n" + "x\n".repeat(50_001);
        assertThat(errors(send("?dryRun=true", CSV, many)).getFirst()).isEqualTo("50002 ");
        NetworkKit.Reply wide =
                send("?dryRun=true", CSV, "name,cidr,ports,description\nx,10.0.0.1,1," + "y".repeat(5_000));
        assertThat(errors(wide)).containsExactly("2 description");
        assertThat(send("?dryRun=true", CSV, "x".repeat((16 << 20) + 1)).status())
                .isEqualTo(413);
        assertThat(send("?dryRun=true", "text/plain", "x").status()).isEqualTo(415);
        assertThat(send("?dryRun=perhaps", CSV, "name").status()).isEqualTo(400);
        assertThat(kit.send(
                                "x|VIEW NETWORK",
                                "POST",
                                "/resources/import",
                                Optional.of("x"),
                                Map.of("Content-Type", CSV))
                        .status())
                .isEqualTo(403);
    }
}
