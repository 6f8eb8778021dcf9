package dev.sekisho.control.alert;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sekisho.control.audit.AuditRecord;
import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.outbox.Message;
import dev.sekisho.control.outbox.Outbox;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/// Turns what was committed into messages for the channels that want it. Thread-safe.
///
/// Variables of templates: `event`, `target`, `time`, `actor`, `source`, `seq`; `username`, `device`, `applicant` as
/// far as the event has them; and every field of the event by its name.
public final class AlertRouter implements UnitOfWork.CommitListener {
    /// The outbox channel of alerts.
    public static final String CHANNEL = "alert";

    private final AlertChannels channels;
    private final Outbox outbox;
    private final Executor executor;

    /// A router.
    ///
    /// @param executor writes to the outbox: the thread of a change does not wait for a second transaction
    public AlertRouter(AlertChannels channels, Outbox outbox, Executor executor) {
        this.channels = channels;
        this.outbox = outbox;
        this.executor = executor;
    }

    @Override
    public void committed(List<ControlEvent> events, List<AuditRecord> records) {
        for (AuditRecord record : records) {
            List<AlertChannel> wanting = channels.wanting(record.action());
            if (!wanting.isEmpty()) {
                Map<String, String> variables = variables(record);
                executor.execute(() -> wanting.forEach(channel -> outbox.enqueue(new Message(
                        CHANNEL + ":" + channel.id(), record.action() + " " + record.target(), variables))));
            }
        }
    }

    static Map<String, String> variables(AuditRecord record) {
        Map<String, String> variables = new LinkedHashMap<>();
        JsonObject details = JsonParser.parseString(record.details()).getAsJsonObject();
        for (Map.Entry<String, JsonElement> entry : details.entrySet()) {
            JsonElement value = entry.getValue();
            variables.put(entry.getKey(), value.isJsonPrimitive() ? value.getAsString() : value.toString());
        }
        variables.put("event", record.action());
        variables.put("target", record.target());
        variables.put("time", record.at().toString());
        variables.put("actor", record.actor().name());
        variables.putIfAbsent("source", record.actor().source());
        variables.put("seq", String.valueOf(record.seq()));
        variables.put("username", variables.getOrDefault("user", record.actor().name()));
        variables.put("applicant", variables.getOrDefault("applicant", variables.getOrDefault("user", "")));
        variables.putIfAbsent("device", "");
        return variables;
    }
}
