package dev.sekisho.control.show;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("R08b")
class MapTextTest {
    private final JsonArray nodes = new JsonArray();
    private final JsonArray edges = new JsonArray();

    private void node(String kind, String id, String label, String detail, long more) {
        JsonObject node = new JsonObject();
        node.addProperty("id", id);
        node.addProperty("kind", kind);
        node.addProperty("ref", id);
        node.addProperty("label", label);
        node.addProperty("detail", detail);
        node.addProperty("more", more);
        nodes.add(node);
    }

    private JsonObject edge(String from, String to, String link) {
        JsonObject edge = new JsonObject();
        edge.addProperty("from", from);
        edge.addProperty("to", to);
        edge.addProperty("link", link);
        edge.addProperty("deny", false);
        edge.addProperty("mfa", false);
        edge.addProperty("now", true);
        edges.add(edge);
        return edge;
    }

    private JsonObject grant(String from, String to) {
        JsonObject edge = edge(from, to, "grant");
        edge.addProperty("grant", "g");
        return edge;
    }

    private String text(String focus, boolean complete) {
        JsonObject answer = new JsonObject();
        answer.addProperty("focus", focus);
        answer.addProperty("complete", complete);
        answer.add("nodes", nodes);
        answer.add("edges", edges);
        return new MapText(new Palette(false)).all(answer);
    }

    /// A user with two roles, of which one leads to the other.
    private void site() {
        node("user", "u", "alice", "", 0);
        node("device", "d", "alice/laptop", "active", 0);
        node("role", "s", "staff", "", 0);
        node("role", "e", "everyone", "", 0);
        node("resource", "db", "db", "10.0.1.5:5432", 0);
        node("resource", "w", "wiki", "10.0.1.6:443", 0);
        edge("d", "u", "owner");
        edge("u", "s", "member");
        edge("u", "e", "member");
        edge("s", "e", "member");
        grant("s", "db").addProperty("mfa", true);
        grant("e", "w").addProperty("now", false);
        grant("e", "db").addProperty("deny", true);
    }

    @Test
    void whatAUserReachesStandsUnderTheRolesThatLeadThere() {
        site();
        assertThat(text("u", true)).isEqualTo("""
                user alice
                reaches
                  role staff
                    role everyone
                      resource wiki  10.0.1.6:443  without second factor, not now
                      resource db  10.0.1.5:5432  denied
                    resource db  10.0.1.5:5432  with second factor
                  role everyone  (see above)
                is reached by
                  device alice/laptop  active
                """);
    }

    @Test
    void whoReachesAResourceStandsUnderWhatLeadsToThem() {
        site();
        assertThat(text("db", true)).isEqualTo("""
                resource db  10.0.1.5:5432
                is reached by
                  role staff  with second factor
                    user alice
                      device alice/laptop  active
                  role everyone  denied
                    user alice  (see above)
                    role staff  (see above)
                """);
    }

    @Test
    void whatIsNotShownIsCounted() {
        node("role", "s", "staff", "", 0);
        node("user", "m", "", "", 1);
        node("resource", "r", "", "", 12);
        edge("m", "s", "member");
        edge("s", "r", "grant");
        assertThat(text("s", false)).isEqualTo("""
                role staff
                reaches
                  12 more resources
                is reached by
                  1 more user
                not all is shown: --room for more of a kind, --depth for deeper roles
                """);
    }

    @Test
    void whoIsGrantedNothingIsTold() {
        node("user", "u", "alice", "disabled", 0);
        assertThat(text("u", true)).isEqualTo("user alice  disabled\nnobody is granted anything here\n");
    }

    @Test
    void namesDoNotSteerTheTerminal() {
        node("user", "u", "al\u001b[2Jice", "", 0);
        node("role", "r", "x\nrole root", "", 0);
        edge("u", "r", "member");
        assertThat(text("u", true)).doesNotContain("\u001b").contains("  role x role root\n");
    }
}
