package dev.sekisho.control.grant;

import dev.sekisho.control.store.Filter;
import dev.sekisho.control.store.Searched;
import dev.sekisho.control.store.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Finds grants by a text in the name of the resource or recipient or in the comment. Stateless.
///
/// What has a text is found in each of these tables by itself, and then its grants by an index: one condition over all
/// joined rows looks at every grant. A text of one character is another matter: nearly all grants have it, and looking
/// at each is quicker.
final class JdbcGrantText {
    private static final Searched RESOURCE = new Searched("resource", "name", "%sname_key LIKE ? ESCAPE '!'");
    private static final Searched USER = new Searched("app_user", "name", "%sname_key LIKE ? ESCAPE '!'");
    private static final Searched COMMENT =
            new Searched("access_grant", "text", "%1$scomment <> '' AND LOWER(%1$scomment) LIKE ? ESCAPE '!'");

    private JdbcGrantText() {}

    /// What holds for grants that have the text; their alias is `g`.
    ///
    /// @param text a name key
    static Searched.Condition in(Sql sql, String text) {
        String pattern = Filter.anywhere(text);
        boolean one = text.codePointCount(0, text.length()) == 1;
        String alias = one ? "g." : "x.";
        List<Searched.Condition> parts = new ArrayList<>(List.of(
                of(alias + "resource_id", "resource", RESOURCE.in(sql, "", text)),
                of(alias + "user_id", "app_user", USER.in(sql, "", text)),
                // Of roles there are not many.
                of(alias + "role_id", "role", new Searched.Condition("name_key LIKE ? ESCAPE '!'", List.of(pattern))),
                COMMENT.in(sql, alias, text)));
        if (Searched.OF_AN_ADDRESS.matcher(text).matches()) {
            String network = "%1$snetwork IS NOT NULL AND %1$snetwork LIKE ? ESCAPE '!'".formatted(alias);
            parts.add(new Searched.Condition(network, List.of(pattern)));
        }
        List<String> parameters = new ArrayList<>();
        parts.forEach(part -> parameters.addAll(part.parameters()));
        return new Searched.Condition(
                one
                        ? parts.stream().map(Searched.Condition::sql).collect(Collectors.joining(") OR (", "((", "))"))
                        : parts.stream()
                                .map(part -> "SELECT x.id FROM access_grant x WHERE " + part.sql())
                                .collect(Collectors.joining(" UNION ALL ", "g.id IN (", ")")),
                parameters);
    }

    private static Searched.Condition of(String column, String table, Searched.Condition named) {
        return new Searched.Condition(
                column + " IN (SELECT id FROM " + table + " WHERE " + named.sql() + ")", named.parameters());
    }
}
