package dev.sekisho.control.device;

import dev.sekisho.control.store.Filter;
import dev.sekisho.control.store.Searched;
import dev.sekisho.control.store.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Finds devices by a text in their or their user's name, in an address or in the public key, each by an index of its
/// own. Stateless.
final class JdbcDeviceText {
    private static final Searched NAME = new Searched("device", "name", "%sname_key LIKE ? ESCAPE '!'");
    private static final Searched KEY = new Searched("device", "text", "LOWER(%spublic_key) LIKE ? ESCAPE '!'");
    private static final Searched USER = new Searched("app_user", "name", "%sname_key LIKE ? ESCAPE '!'");

    /// Base64 of 32 bytes, in lower case.
    private static final Pattern OF_A_KEY = Pattern.compile("[a-z0-9+/=]{1,44}");

    private JdbcDeviceText() {}

    /// What holds for devices that have the text; their alias is `d`.
    ///
    /// @param text a name key
    static Searched.Condition in(Sql sql, String text) {
        List<String> parts = new ArrayList<>();
        List<String> parameters = new ArrayList<>();
        Searched.Condition name = NAME.in(sql, "x.", text);
        parts.add("SELECT x.id FROM device x WHERE " + name.sql());
        parameters.addAll(name.parameters());
        Searched.Condition user = USER.in(sql, "", text);
        parts.add("SELECT x.id FROM device x WHERE x.user_id IN (SELECT id FROM app_user WHERE " + user.sql() + ")");
        parameters.addAll(user.parameters());
        if (OF_A_KEY.matcher(text).matches()) {
            Searched.Condition key = KEY.in(sql, "x.", text);
            parts.add("SELECT x.id FROM device x WHERE " + key.sql());
            parameters.addAll(key.parameters());
        }
        if (Searched.OF_AN_ADDRESS.matcher(text).matches()) {
            parts.add("SELECT a.device_id AS id FROM device_address a WHERE a.address LIKE ? ESCAPE '!'");
            parameters.add(Filter.anywhere(text));
        }
        return once(sql, String.join(" UNION ", parts), parameters);
    }

    /// A list is read by two statements: what is rare is searched for once.
    private static Searched.Condition once(Sql sql, String all, List<String> parameters) {
        List<Object> first = new ArrayList<>(parameters);
        first.add(Searched.FEW + 1);
        List<String> ids =
                sql.list(row -> row.text("id"), "SELECT id FROM (" + all + ") found LIMIT ?", first.toArray());
        return ids.size() > Searched.FEW
                ? new Searched.Condition("d.id IN (" + all + ")", parameters)
                : Searched.oneOf("d.id", ids);
    }
}
